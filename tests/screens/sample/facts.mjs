// Prints the facts of the sample's cases as JSON, for whoever works out their scores.
import { FACTS } from "./cases.js";
import { GOAL } from "./goal.js";

const facts = Object.entries(FACTS).map(([name, { rows, goal }]) => [
    name,
    { ...rows, Desired_Outcome__c: goal === null ? [] : [{ ...GOAL, ...goal }] }
]);
console.log(JSON.stringify(Object.fromEntries(facts)));
