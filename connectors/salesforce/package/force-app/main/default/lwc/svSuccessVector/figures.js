import { numberText } from "c/svShared";
import labels from "./labels";

/** Returns what stands behind "details": {name, value, help}, with the decimals; unknown ones are left out. */
export function figuresOf(member, locale, dayText) {
    const number = (field, digits = 4) => numberText(member[field], locale, digits);
    const share = (field) => (member[field] === null ? "" : `${numberText(100 * member[field], locale)} %`);
    const scores = [number("Success_Score__c", 1), number("Success_Score_Low__c", 1)].filter(Boolean);
    return [
        { name: labels.direction, value: number("Vector_Direction__c"), help: labels.directionHelp },
        { name: labels.magnitude, value: number("Vector_Magnitude__c"), help: labels.magnitudeHelp },
        { name: labels.pace, value: number("Vector_Pace__c"), help: labels.paceHelp },
        { name: labels.progress, value: share("Success_Progress__c") },
        { name: labels.known, value: share("Requirements_Known__c") },
        { name: labels.precise, value: scores.join(" / ") },
        { name: labels.asOf, value: dayText(member.Scored_As_Of__c) },
        { name: labels.version, value: number("Definition_Version__c", 0) }
    ].filter((figure) => figure.value);
}
