import SvTerms from "c/svTerms";
import { all, put, words } from "screens/jest/show";
import { SCORES } from "screens/sample/scores";

const TERMS = JSON.parse(SCORES.offCourse.fields.Vector_Terms__c);
const LEFT_OUT = { count: 2, value: -0.0031 };

function cells(screen, part) {
    return all(screen, `${part} tr`).map((row) =>
        [...row.children].map((cell) =>
            [...cell.childNodes].map((node) => node.textContent.trim()).filter(Boolean).join(" ")
        )
    );
}

function shown(change = {}) {
    return put(SvTerms, { json: JSON.stringify({ ...TERMS, ...change }), asOf: "2026-11-20" });
}

describe("the parts behind a score", () => {
    it("are told one a row: what, kind, weight, pull with its sign, and why", async () => {
        const rows = cells(await shown(), "tbody");
        expect(rows[3]).toEqual([
            "Certification audit Opportune",
            "late",
            "15 %",
            "-0.0533",
            "'Certification audit' late since Oct 12"
        ]);
        expect(rows[4]).toEqual([
            "Certification audit Opportune",
            "agreement missed ours",
            "15 %",
            "-0.0375",
            "We owe 'Send the audit pack' since Nov 10"
        ]);
    });

    it("say plus where they help", async () => {
        expect(cells(await shown(), "tbody")[1][3]).toBe("+0.0667");
    });

    it("have no share of the way where they are about the way itself", async () => {
        const [row] = cells(await shown(), "tbody");
        expect(row.slice(0, 3)).toEqual(["Guidance in writing first; calls only when stuck", "the way there", "none"]);
    });

    it("are added up, with what was left out", async () => {
        const screen = await shown({ left_out: LEFT_OUT });
        expect(cells(screen, "tbody").at(-1)).toEqual(["2 smaller ones", "-0.0031", ""]);
        expect(cells(screen, "tfoot").map(([name, sum]) => [name, sum])).toEqual([
            ["Toward the goal", "+0.0667"],
            ["Away from it", "-0.2394"],
            ["Together", "-0.1727"]
        ]);
    });

    it("leave out nothing where nothing was left out", async () => {
        const said = words(await shown());
        expect(said).not.toContain("smaller");
    });

    it("name the goal where there are several", async () => {
        const terms = [{ ...TERMS.terms[3], goal: "Two tenders" }];
        expect(words(await shown({ terms }))).toContain("Opportune, toward 'Two tenders'");
    });

    it("are told even when their kind is new to us", async () => {
        const terms = [{ ...TERMS.terms[0], kind: "weather", type: "tidal" }];
        expect(words(await shown({ terms }))).toContain("something new: weather");
    });

    it("say that nothing pulled where there are none", async () => {
        const said = words(await shown({ terms: [], left_out: { count: 0, value: 0 }, toward: 0, away: 0, net: 0 }));
        expect(said).toContain("Nothing pulled either way in the last 90 days");
    });

    it("are a table with headers and a caption for those who hear it", async () => {
        const screen = await shown();
        expect(all(screen, "caption")).toHaveLength(1);
        expect(all(screen, "thead th").map((one) => one.getAttribute("scope"))).toEqual(Array(5).fill("col"));
        expect(all(screen, "tbody th").every((one) => one.getAttribute("scope") === "row")).toBe(true);
    });

    it("are kind where they aren't there yet, and where they can't be read", async () => {
        expect(words(await put(SvTerms, { json: null }))).toContain("aren't here yet");
        expect(words(await put(SvTerms, { json: "{" }))).toContain("The score stands all the same");
    });
});
