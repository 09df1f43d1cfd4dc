import type { Place } from "../place/place.ts";
import type { Finding } from "./check.ts";
import { CHECKS } from "./checks.generated.ts";

/** Runs every check and changes nothing. Returns the findings in the order of the checks. */
export async function examine(place: Place): Promise<Finding[]> {
  return (await Promise.all(CHECKS.map((each) => each.examine(place)))).flat();
}
