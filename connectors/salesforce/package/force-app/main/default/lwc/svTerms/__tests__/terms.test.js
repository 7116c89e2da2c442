import { termsOf } from "../terms";
import { SCORES } from "screens/sample/scores";

const WHOLE = SCORES.offCourse.fields.Vector_Terms__c;

function changed(change) {
    const parsed = JSON.parse(WHOLE);
    change(parsed);
    return JSON.stringify(parsed);
}

describe("the parts behind a score", () => {
    it("are read as they were written", () => {
        const { terms, leftOut, toward, away, net } = termsOf(WHOLE);
        const sum = terms.reduce((total, term) => total + term.value, leftOut.value);
        expect(terms).toHaveLength(5);
        expect(sum).toBeCloseTo(net, 6);
        expect(toward - away).toBeCloseTo(net, 6);
    });

    it.each([
        ["cut off", WHOLE.slice(0, -20)],
        ["no JSON", "see details"],
        ["null", "null"],
        ["a list", "[]"],
        ["of another shape", changed((parsed) => (parsed.shape = 2))],
        ["without its sums", changed((parsed) => delete parsed.net)],
        ["without terms", changed((parsed) => delete parsed.terms)],
        ["with a term without a number", changed((parsed) => (parsed.terms[0].value = "much"))],
        ["with a term without a reason", changed((parsed) => delete parsed.terms[1].why)],
        ["with a weight in words", changed((parsed) => (parsed.terms[0].weight = "0.3"))],
        ["without what was left out", changed((parsed) => delete parsed.left_out)]
    ])("are not guessed when the text is %s", (_, text) => {
        expect(termsOf(text)).toBeNull();
    });
});
