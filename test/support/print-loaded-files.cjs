// Prints the loaded files of the program to standard error.
process.on("exit", () => {
  const names = Object.keys(require.cache).map((file) => file.split(/[\\/]/).at(-1));
  process.stderr.write(`loaded: ${names.join(" ")}\n`);
});
