// How Salesforce shows a value beside what it is.

const MONEY = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });

export function shown(name, value) {
    const money = value !== null && /Value__c$/.test(name) && name !== "Value__c";
    return { value, displayValue: money ? MONEY.format(value) : null };
}
