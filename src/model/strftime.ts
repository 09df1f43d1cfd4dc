/** Formats a date as C's strftime does, for the directives people use; an unknown one is left as it is. */
export function strftime(format: string, date: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const name = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat("en-US", options).format(date);
  const hours12 = date.getHours() % 12 || 12;
  const offset = -date.getTimezoneOffset();
  const directives: Record<string, () => string> = {
    Y: () => String(date.getFullYear()),
    y: () => two(date.getFullYear() % 100),
    m: () => two(date.getMonth() + 1),
    d: () => two(date.getDate()),
    e: () => String(date.getDate()).padStart(2),
    H: () => two(date.getHours()),
    I: () => two(hours12),
    M: () => two(date.getMinutes()),
    S: () => two(date.getSeconds()),
    p: () => (date.getHours() < 12 ? "AM" : "PM"),
    b: () => name({ month: "short" }),
    B: () => name({ month: "long" }),
    a: () => name({ weekday: "short" }),
    A: () => name({ weekday: "long" }),
    z: () =>
      `${offset < 0 ? "-" : "+"}${two(Math.floor(Math.abs(offset) / 60))}${two(Math.abs(offset) % 60)}`,
    F: () => strftime("%Y-%m-%d", date),
    T: () => strftime("%H:%M:%S", date),
    R: () => strftime("%H:%M", date),
    "%": () => "%",
  };
  return format.replace(/%([A-Za-z%])/g, (all, letter: string) => directives[letter]?.() ?? all);
}
