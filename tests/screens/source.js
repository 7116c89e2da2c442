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
        fields[name] = ["Id", "Name", "CreatedDate", ...(STANDARD[name] ?? []), ...files.map((file) => file.split(".")[0])];
    }
    return fields;
}

/** Returns which of our screens stand on an object's record page, column by column: [[in main], [in the sidebar]]. */
export function arrangement(folder, object) {
    const page = join(folder, SOURCE, `flexipages/Success_Vector_Member_${object}.flexipage-meta.xml`);
    const regions = readFileSync(page, "utf8").split("<flexiPageRegions>").slice(1);
    const inRegion = (name) => regions.find((region) => region.includes(`<name>${name}</name>`)) ?? "";
    return ["main", "sidebar"].map((name) =>
        [...inRegion(name).matchAll(/<componentName>(sv\w+)<\/componentName>/g)].map(([, screen]) => screen)
    );
}
