// A wire adapter that answers from the records in memory, and again whenever they change.
import { org } from "./org.js";

export function adapterFor(answer) {
    return class {
        constructor(told) {
            this.told = told;
        }

        connect() {
            this.stop = org.watch(() => this.emit());
        }

        disconnect() {
            this.stop?.();
        }

        update(config) {
            this.config = config;
            this.emit();
        }

        emit() {
            queueMicrotask(() => this.config && this.told(answer(this.config, () => this.emit())));
        }
    };
}
