// What is bundled into the program: the list that the build writes beside it, in the format CycloneDX.
import { readFile } from "node:fs/promises";
import { Enums, Models, Serialize, Spec } from "@cyclonedx/cyclonedx-library";

/** Returns the JSON of a CycloneDX file that names the libraries in these folders of node_modules, the same for the same build. */
export async function billOfMaterials(folders) {
  const own = JSON.parse(await readFile("package.json", "utf8"));
  const bom = new Models.Bom();
  bom.metadata.component = new Models.Component(Enums.ComponentType.Application, own.name, {
    version: own.version,
    bomRef: `${own.name}@${own.version}`,
    licenses: new Models.LicenseRepository([new Models.SpdxLicense(own.license)]),
  });
  for (const folder of folders) {
    const { name, version, license } = JSON.parse(await readFile(`${folder}/package.json`, "utf8"));
    const [scope, short] = name.startsWith("@") ? name.split("/") : [undefined, name];
    const purl = `pkg:npm/${scope === undefined ? "" : `${encodeURIComponent(scope)}/`}${short}@${version}`;
    const component = new Models.Component(Enums.ComponentType.Library, short, {
      version,
      purl,
      bomRef: purl,
      ...(scope === undefined ? {} : { group: scope }),
      licenses: new Models.LicenseRepository(license ? [new Models.NamedLicense(license)] : []),
    });
    bom.components.add(component);
  }
  const factory = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6);
  const serializer = new Serialize.JsonSerializer(factory);
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
}
