const STATUSES = {
    "Off course": { tone: "alarm", icon: "utility:warning" },
    Drifting: { tone: "care", icon: "utility:right" },
    Grace: { tone: "care", icon: "utility:clock" },
    Holding: { tone: "quiet", icon: "utility:pause" },
    "On course": { tone: "good", icon: "utility:success" },
    Arrived: { tone: "good", icon: "utility:priority" },
    "No goal": { tone: "quiet", icon: "utility:location" }
};

const UNKNOWN = { tone: "quiet", icon: "utility:help" };

/** Returns how a vector status looks: `tone` (alarm, care, good or quiet) and `icon`. */
export function statusLook(status) {
    return STATUSES[status] ?? UNKNOWN;
}
