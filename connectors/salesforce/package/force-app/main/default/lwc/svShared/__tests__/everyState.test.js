import SvDueAndLate from "c/svDueAndLate";
import SvGoal from "c/svGoal";
import SvMilestonePath from "c/svMilestonePath";
import SvNextStep from "c/svNextStep";
import SvSuccessVector from "c/svSuccessVector";
import { all, show, words } from "screens/jest/show";
import { CASES } from "screens/sample/cases";

const SCREENS = { SvNextStep, SvDueAndLate, SvGoal, SvMilestonePath, SvSuccessVector };
const DENIED = Array(5).fill("You can't see this yet");
const BROKEN = Array(5).fill("This didn't load");

/** What each screen says first of all in each state: next step, due and late, goal, path, vector. */
const SAYS = {
    offCourse: ["Deliver 'Send the audit pack'", "1 late on our side", "Not met, Nov 3", "51 days late", "Score 39 of 100"],
    onCourse: ["Nothing calls for you here", "Nothing late on either side", "Met, Nov 3", "4 of 6 reached", "Score 89 of 100"],
    expansionReady: ["Ready for an offer: Tender desk", "Nothing late", "Met, Nov 3", "Offer: Tender desk", "Straight toward the goal"],
    noGoal: ["Set the goal", "Nothing agreed yet", "No goal yet", "No milestones yet", "No goal to steer by yet"],
    gapOpen: ["the goal itself, beyond our offering", "Nothing late", "Not met, Nov 3", "39 days late", "Success Gap open since Nov 3"],
    stale: ["where the member stands today", "Nothing late", "Not known yet: ask", "1 of 6 reached", "nothing new for four months"],
    arrived: ["Agree the next destination", "Nothing here in the next 30 days", "Met, Nov 3", "Every milestone is behind them", "Score 100"],
    assumed: ["Deliver", "1 late on our side", "Our assumption: not confirmed yet", "(not now)", "Score 39"],
    longTexts: ["Sicherheitsmanagement", "Sicherheitsmanagement", "Sicherheitsmanagement", "Sicherheitsmanagement", "Score 39"],
    unscored: ["Not scored yet", "Nothing agreed yet", "No goal yet", "No milestones yet", "Not scored yet"],
    denied: DENIED,
    broken: BROKEN,
    loading: Array(5).fill("")
};
const EVERY = Object.entries(SAYS).flatMap(([state, said]) =>
    Object.keys(SCREENS).map((screen, index) => [screen, state, said[index]])
);

describe("every screen in every state", () => {
    it("is tried", () => {
        expect(Object.keys(SAYS).sort()).toEqual(Object.keys(CASES).sort());
    });

    it.each(EVERY)("%s, %s: says what matters, and nothing that is no word", async (screen, state, expected) => {
        const shown = await show(SCREENS[screen], state);
        expect(words(shown)).toContain(expected);
        expect(words(shown)).not.toMatch(/undefined|\bnull\b|NaN|\[object|\{\d\}|Invalid Date/);
        expect(all(shown, "lightning-spinner")).toHaveLength(state === "loading" ? 1 : 0);
    });

    it.each(Object.keys(SCREENS))("%s says nothing before it knows something", async (screen) => {
        const shown = await show(SCREENS[screen], "loading");
        expect(all(shown, "c-sv-notice")).toHaveLength(0);
        expect(all(shown, "lightning-button")).toHaveLength(0);
    });

    it.each(Object.keys(SCREENS))("%s comes to rest when what failed works again", async (screen) => {
        const { org } = jest.requireActual("screens/stand_ins/org");
        const shown = await show(SCREENS[screen], "broken");
        org.failing = {};
        org.change(() => {});
        for (let turn = 0; turn < 10; turn++) {
            // eslint-disable-next-line no-await-in-loop
            await Promise.resolve();
        }
        expect(words(shown)).not.toContain("This didn't load");
    });
});
