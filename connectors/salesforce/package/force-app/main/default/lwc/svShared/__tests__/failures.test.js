import { failureOf } from "../failures";

describe("a failure", () => {
    it.each([
        ["a status", { status: 403, body: { message: "No" } }],
        ["a code", { status: 400, body: [{ errorCode: "INSUFFICIENT_ACCESS_OR_READONLY", message: "No" }] }],
        ["a GraphQL error", [{ message: "No", extensions: { ErrorType: "FieldUndefined" } }]]
    ])("means missing access by %s", (_, failure) => {
        expect(failureOf(failure)).toEqual({ denied: true, message: "No" });
    });

    it("brings a validation rule's words, on the page and on a field", () => {
        const fieldErrors = { Achieved_On__c: [{ message: "Not in the future." }] };
        const failure = { status: 400, body: { message: "generic", output: { errors: [], fieldErrors } } };
        expect(failureOf(failure)).toEqual({ denied: false, message: "Not in the future." });
    });

    it("falls back on what there is", () => {
        expect(failureOf(new Error("Offline")).message).toBe("Offline");
        expect(failureOf(undefined)).toEqual({ denied: false, message: "" });
    });
});
