// lightning/uiRecordApi, as far as the screens use it.
import { adapterFor } from "./adapter.js";
import { org } from "./org.js";
import { known } from "./schema.js";
import { shown } from "./values.js";

function fieldsOf(row, names) {
    const fields = {};
    for (const [object, ...path] of names.map((one) => one.split("."))) {
        const name = path.join(".");
        known(object, path[0]);
        if (name === "Owner.Name") {
            fields.Owner = { value: { fields: { Name: { value: row.OwnerName ?? null } } } };
        } else {
            fields[name] = shown(name, row[name] ?? null);
        }
    }
    return fields;
}

export const getRecord = adapterFor(({ recordId, fields, optionalFields }) => {
    if (!recordId || !fields || org.failing.waiting) {
        return { data: undefined, error: undefined };
    }
    if (org.failing.read) {
        return { data: undefined, error: org.failing.read };
    }
    const data = { id: recordId, fields: fieldsOf(org.row(recordId), [...fields, ...(optionalFields ?? [])]) };
    return { data: Object.freeze(data), error: undefined };
});

export async function updateRecord({ fields }) {
    Object.keys(fields).forEach((field) => known(org.objectOf(fields.Id), field));
    org.change(() => org.update(fields));
}

export async function createRecord({ apiName, fields }) {
    Object.keys(fields).forEach((field) => known(apiName, field));
    return { id: org.change(() => org.create(apiName, fields)).Id };
}

export async function notifyRecordUpdateAvailable() {
    org.watchers.forEach((told) => told());
}
