import { isAchieved } from "../goals";

const TODAY = "2026-11-20";

describe("a milestone is behind the member", () => {
    it.each([
        ["when achieved", { achieved: "2026-11-20" }, true],
        ["not before", { achieved: "2026-11-21" }, false],
        ["not when lost since", { achieved: "2026-11-01", reversed: "2026-11-10" }, false],
        ["not when lost the same day", { achieved: "2026-11-01", reversed: "2026-11-01" }, false],
        ["again when achieved after it was lost", { achieved: "2026-11-15", reversed: "2026-11-10" }, true],
        ["until it is lost", { achieved: "2026-11-01", reversed: "2026-12-01" }, true],
        ["not when it never was achieved", { achieved: null, reversed: null }, false]
    ])("%s", (_, milestone, expected) => {
        expect(isAchieved(milestone, TODAY)).toBe(expected);
    });
});
