// Makes loading the secret scanner fail.
const Module = require("node:module");
const load = Module._load;
Module._load = function (request, ...rest) {
  if (/\brules-[\w-]+\.js$/.test(request)) throw new Error("it is not there");
  return load.call(this, request, ...rest);
};
