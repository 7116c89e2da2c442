// lightning/messageService within one page.

export const APPLICATION_SCOPE = Symbol("application");
const heard = new Map();

export function createMessageContext() {
    return {};
}

export function releaseMessageContext(context) {
    heard.delete(context);
}

export function subscribe(context, channel, listener) {
    heard.set(context, { channel, listener });
}

export function publish(_, channel, message) {
    [...heard.values()].filter((one) => one.channel === channel).forEach((one) => one.listener(message));
}
