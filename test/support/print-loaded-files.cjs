// Says on standard error which files of the program were loaded.
process.on("exit", () => {
  const names = Object.keys(require.cache).map((file) => file.split(/[\\/]/).at(-1));
  process.stderr.write(`loaded: ${names.join(" ")}\n`);
});
