// lightning/graphql, as far as the screens use it.
import { adapterFor } from "./adapter.js";
import { answer, carryOut } from "./graphql.js";
import { org } from "./org.js";

export function gql(strings, ...values) {
    return String.raw({ raw: strings }, ...values);
}

export const graphql = adapterFor(({ query, variables }, again) => {
    const refresh = async () => again();
    if (!query || org.failing.waiting) {
        return { data: undefined, errors: undefined, refresh };
    }
    if (org.failing.query) {
        return { data: undefined, errors: org.failing.query, refresh };
    }
    return { data: answer(query, variables, org), errors: undefined, refresh };
});

export async function executeMutation({ query, variables }) {
    try {
        return { data: org.change(() => carryOut(query, variables, org)), errors: undefined };
    } catch (error) {
        return { data: undefined, errors: [{ message: error.message }] };
    }
}
