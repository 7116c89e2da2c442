// lightning/uiRecordApi, as far as the screens use it.
import { adapterFor } from "./adapter.js";
import { org } from "./org.js";
import { shown } from "./values.js";

function fieldsOf(row, names) {
    const fields = {};
    for (const name of names.map((one) => one.split(".").slice(1).join("."))) {
        if (name === "Owner.Name") {
            fields.Owner = { value: { fields: { Name: { value: row.OwnerName ?? null } } } };
        } else {
            fields[name] = shown(name, row[name] ?? null);
        }
    }
    return fields;
}

export const getRecord = adapterFor(({ recordId, fields, optionalFields }) => {
    if (!recordId || !fields) {
        return { data: undefined, error: undefined };
    }
    if (org.failing.read) {
        return { data: undefined, error: org.failing.read };
    }
    const data = { id: recordId, fields: fieldsOf(org.row(recordId), [...fields, ...(optionalFields ?? [])]) };
    return { data: Object.freeze(data), error: undefined };
});

export async function updateRecord({ fields }) {
    org.change(() => org.update(fields));
}

export async function createRecord({ apiName, fields }) {
    return { id: org.change(() => org.create(apiName, fields)).Id };
}

export async function notifyRecordUpdateAvailable() {
    org.watchers.forEach((told) => told());
}
