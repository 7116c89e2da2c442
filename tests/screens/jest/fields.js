import { fieldsByObject } from "../source.js";

export default fieldsByObject(process.cwd());
