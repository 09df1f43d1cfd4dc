// Gives the machine the host name in PLANTED_HOST.
const os = require("node:os");
os.hostname = () => process.env.PLANTED_HOST;
os.userInfo = () => ({
  username: process.env.USER,
  homedir: process.env.HOME,
  shell: "/bin/sh",
  uid: 1,
  gid: 1,
});
