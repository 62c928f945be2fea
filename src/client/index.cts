/*
 * For `require`. Jest has a module system of its own, which cannot load a package of ES modules, and it replaces the
 * timers of what it loads. So the client is loaded by Node itself, in Node's own context, outside of Jest's.
 */
const { runInThisContext } = require("node:vm");
const node: NodeJS.Process = runInThisContext("process");
const { createRequire } = node.getBuiltinModule("node:module");
module.exports = createRequire(__filename)("./index.js");
