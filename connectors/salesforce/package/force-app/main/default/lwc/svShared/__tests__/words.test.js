import { dayText, daysAfter, daysBetween, distanceText, today, withLocalDays } from "../days";
import { capital, fill, numberText, wholeMoney } from "../words";
import { statusLook } from "../statuses";

describe("days", () => {
    it("begin at midnight where the user is", () => {
        const moment = new Date("2026-11-21T03:00:00Z");
        expect(today("America/New_York", moment)).toBe("2026-11-20");
        expect(today("Europe/Berlin", moment)).toBe("2026-11-21");
    });

    it("are counted across a change of the clocks", () => {
        expect(daysBetween("2026-10-24", "2026-10-26")).toBe(2);
        expect(daysBetween("2026-10-26", "2026-10-24")).toBe(-2);
        expect(daysAfter("2026-12-31", 1)).toBe("2027-01-01");
    });

    it("are written as the user writes them, with the year when it is another", () => {
        expect(dayText("2026-10-12", "en-US", "2026-11-20")).toBe("Oct 12");
        expect(dayText("2027-02-26", "de-DE", "2026-11-20")).toBe("26. Feb. 2027");
        expect(dayText(null, "en-US", "2026-11-20")).toBe("");
    });
});

describe("days in sentences", () => {
    const said = (text, asOf = "2026-11-20") => withLocalDays(text, "en-US", "2026-11-20", asOf);

    it.each([
        ["'Audit' late since 12 Oct; we owe 'Pack' since 3 Nov", "'Audit' late since Oct 12; we owe 'Pack' since Nov 3"],
        ["achieved on 5 Oct 2025", "achieved on Oct 5, 2025"],
        ["declined on 1 Nov, rests until 30 Apr 2027", "declined on Nov 1, rests until Apr 30, 2027"]
    ])("are written as the user writes them: %s", (text, expected) => {
        expect(said(text)).toBe(expected);
    });

    it("stay as they are inside a name", () => {
        expect(said("'Gala 12 Oct' achieved on 13 Oct")).toBe("'Gala 12 Oct' achieved on Oct 13");
    });

    it("are of the year in which the sentence was made", () => {
        expect(said("late since 12 Oct", "2025-12-30")).toBe("late since Oct 12, 2025");
    });

    it("are none where there is no sentence", () => {
        expect(said(null)).toBe("");
    });

    it("say how far away they are", () => {
        const away = (day) => distanceText(day, "en-US", "2026-11-20");
        expect(["2026-11-27", "2026-11-21", "2026-11-20", "2026-11-17"].map(away)).toEqual([
            "in 7 days",
            "tomorrow",
            "today",
            "3 days ago"
        ]);
    });
});

describe("words", () => {
    it("take values in their places", () => {
        expect(fill("{1} of {0}", "six", 3)).toBe("3 of six");
        expect(fill("by {0}", null)).toBe("by ");
    });

    it("show whole numbers unless asked for more", () => {
        expect(numberText(45.5, "en-US")).toBe("46");
        expect(numberText(0.31244, "en-US", 4)).toBe("0.3124");
        expect(numberText(null, "en-US")).toBe("");
    });

    it.each([
        ["$12,000.00", "$12,000"],
        ["12.000,00 €", "12.000 €"],
        ["$99.50", "$99.50"]
    ])("show %s as %s", (shown, whole) => {
        expect(wholeMoney(shown)).toBe(whole);
    });

    it("begin with a capital", () => {
        expect(capital("off course")).toBe("Off course");
        expect(capital(null)).toBe("");
    });
});

describe("statuses", () => {
    it("look alarming only when off course", () => {
        const alarming = ["Off course", "Drifting", "Grace", "Holding", "On course", "Arrived", "No goal"].filter(
            (status) => statusLook(status).tone === "alarm"
        );
        expect(alarming).toEqual(["Off course"]);
    });

    it("stay quiet when they are new to us", () => {
        expect(statusLook("Something else").tone).toBe("quiet");
    });
});
