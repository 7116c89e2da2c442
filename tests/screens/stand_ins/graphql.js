// Salesforce's GraphQL in the small: it refuses fields that the package doesn't have, as the org would.
import { parse } from "graphql";
import { known } from "./schema.js";
import { shown } from "./values.js";

const CHILDREN = {
    Success_Milestones__r: "Success_Milestone__c",
    Success_Requirements__r: "Success_Requirement__c",
    Success_Readings__r: "Success_Reading__c",
    Joint_Accountabilities__r: "Joint_Accountability__c"
};

function literal(node, variables) {
    if (node.kind === "Variable") {
        return variables[node.name.value];
    }
    if (node.kind === "ObjectValue") {
        return Object.fromEntries(node.fields.map((field) => [field.name.value, literal(field.value, variables)]));
    }
    if (node.kind === "ListValue") {
        return node.values.map((value) => literal(value, variables));
    }
    return node.kind === "NullValue" ? null : node.kind === "IntValue" ? Number(node.value) : node.value;
}

function argumentsOf(field, variables) {
    return Object.fromEntries(field.arguments.map((one) => [one.name.value, literal(one.value, variables)]));
}

function child(field, name) {
    return field.selectionSet.selections.find((one) => one.name.value === name);
}

function connection(object, field, rows, context) {
    const { where = {}, orderBy = {}, first = 10 } = argumentsOf(field, context.variables);
    const fits = (row) =>
        Object.entries(where).every(([name, { eq }]) => (row[known(object, name)] ?? null) === (eq ?? null));
    const order = Object.entries(orderBy).map(([name, { order: way }]) => [known(object, name), way === "DESC" ? -1 : 1]);
    const before = (one, other) => {
        const [name, way] = order.find(([field_]) => one[field_] !== other[field_]) ?? [];
        return name ? way * ((one[name] ?? "") < (other[name] ?? "") ? -1 : 1) : 0;
    };
    const chosen = rows.filter(fits).sort(before).slice(0, first);
    const node = child(child(field, "edges"), "node");
    return { edges: chosen.map((row) => ({ node: record(object, row, node, context) })) };
}

function record(object, row, selection, context) {
    const result = {};
    for (const field of selection.selectionSet.selections) {
        const name = field.name.value;
        if (name === "Id") {
            result.Id = row.Id;
        } else if (CHILDREN[name]) {
            const kind = CHILDREN[name];
            const rows = context.org.all(kind).filter((one) => one.Desired_Outcome__c === row.Id);
            result[name] = connection(kind, field, rows, context);
        } else if (name.endsWith("__r")) {
            const parent = context.org.row(row[known(object, name.replace(/__r$/, "__c"))]);
            result[name] = parent ? record(context.org.objectOf(parent.Id), parent, field, context) : null;
        } else {
            result[name] = shown(name, row[known(object, name)] ?? null);
        }
    }
    return result;
}

function uiapi(source) {
    const { definitions } = parse(source);
    return child(definitions[0], "uiapi");
}

/** Returns the answer to a query. */
export function answer(source, variables, org) {
    const data = {};
    for (const field of child(uiapi(source), "query").selectionSet.selections) {
        const object = field.name.value;
        data[object] = connection(object, field, org.all(object), { variables, org });
    }
    return { uiapi: { query: data } };
}

/** Carries out a mutation: creates and updates, in order, with `@{alias}` standing for an earlier one's id. */
export function carryOut(source, variables, org) {
    const made = {};
    const resolved = (value) => made[/^@\{(\w+)\}$/.exec(value ?? "")?.[1]] ?? value;
    const results = {};
    for (const field of uiapi(source).selectionSet.selections) {
        const [, object, verb] = /^(\w+?)(Create|Update)$/.exec(field.name.value);
        const { Id, [object]: given } = argumentsOf(field, variables).input;
        const values = Object.fromEntries(Object.entries(given).map(([name, value]) => [known(object, name), resolved(value)]));
        const alias = field.alias?.value ?? field.name.value;
        if (verb === "Create") {
            made[alias] = org.create(object, values).Id;
            results[alias] = { Record: { Id: made[alias] } };
        } else {
            org.update({ Id, ...values });
            results[alias] = { success: true };
        }
    }
    return { uiapi: results };
}
