import { arrowOf, trendOf } from "../geometry";

const DIAL = { centre: { x: 0, y: 0 }, radius: 90, head: 10 };
const SIZE = { width: 100, height: 100, inset: 0 };

describe("the arrow", () => {
    it.each([
        [1, 90],
        [0, 0],
        [-1, -90],
        [0.5, 45]
    ])("of direction %d stands at %d degrees", (direction, angle) => {
        expect(arrowOf(direction, 1, DIAL).angle).toBe(angle);
    });

    it("is as long as the movement, up to three times what was called for", () => {
        expect(arrowOf(1, 1, DIAL).length).toBe(30);
        expect(arrowOf(1, 2, DIAL).length).toBe(60);
        expect(arrowOf(1, 7, DIAL).length).toBe(90);
    });

    it("points up to the goal", () => {
        expect(arrowOf(1, 3, DIAL).tip.y).toBeCloseTo(-90);
        expect(arrowOf(-1, 3, DIAL).tip.y).toBeCloseTo(90);
    });

    it("is missing where nothing moved", () => {
        expect(arrowOf(null, 0, DIAL)).toBeNull();
        expect(arrowOf(0.5, 0, DIAL)).toBeNull();
    });
});

describe("the trend", () => {
    it("runs over days, not over readings", () => {
        const rows = [
            { day: "2026-01-01", score: 0, low: 0 },
            { day: "2026-01-02", score: 50, low: 40 },
            { day: "2026-01-11", score: 100, low: 90 }
        ];
        expect(trendOf(rows, SIZE).dots.map(({ x, y }) => [x, y])).toEqual([
            [0, 100],
            [10, 50],
            [100, 0]
        ]);
    });

    it("needs two days", () => {
        expect(trendOf([{ day: "2026-01-01", score: 1, low: 1 }], SIZE)).toBeNull();
    });
});
