import { numberText } from "c/svShared";
import labels from "./labels";

/** Returns what stands behind "details": {name, value, help}, with the decimals; unknown ones are left out. */
export function figuresOf(member, locale, dayText) {
    const number = (field, digits = 4) => numberText(member[field], locale, digits, { minimumFractionDigits: digits });
    const known = member.Requirements_Known__c;
    return [
        { name: labels.precise, value: number("Success_Score__c", 1) },
        { name: labels.preciseLow, value: number("Success_Score_Low__c", 1), help: labels.preciseLowHelp },
        { name: labels.direction, value: number("Vector_Direction__c"), help: labels.directionHelp },
        { name: labels.magnitude, value: number("Vector_Magnitude__c"), help: labels.magnitudeHelp },
        { name: labels.pace, value: number("Vector_Pace__c"), help: labels.paceHelp },
        { name: labels.progress, value: number("Success_Progress__c"), help: labels.progressHelp },
        { name: labels.known, value: known === null ? "" : `${numberText(100 * known, locale)} %` },
        { name: labels.asOf, value: dayText(member.Scored_As_Of__c) },
        { name: labels.version, value: number("Definition_Version__c", 0) }
    ].filter((figure) => figure.value);
}
