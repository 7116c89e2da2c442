// What the package says: its labels' texts, and the fields of its objects.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const SOURCE = "force-app/main/default";
const STANDARD = { Account: ["Name", "OwnerId", "Owner"], Contact: ["Name", "OwnerId", "Owner"] };

function unescaped(text) {
    return text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
}

/** Returns the labels' texts by name. */
export function labelValues(folder) {
    const xml = readFileSync(join(folder, SOURCE, "labels/CustomLabels.labels-meta.xml"), "utf8");
    const found = xml.matchAll(/<fullName>(.*?)<\/fullName>[\s\S]*?<value>([\s\S]*?)<\/value>/g);
    return Object.fromEntries([...found].map(([, name, value]) => [name, unescaped(value)]));
}

/** Returns the names of the fields by object, ours and the standard ones that the screens read. */
export function fieldsByObject(folder) {
    const objects = join(folder, SOURCE, "objects");
    const fields = {};
    for (const name of readdirSync(objects)) {
        const files = readdirSync(join(objects, name, "fields"));
        fields[name] = ["Id", "Name", ...(STANDARD[name] ?? []), ...files.map((file) => file.split(".")[0])];
    }
    return fields;
}
