// Records in memory that the platform's stand-ins read and write; whoever watches is told of every change.

function copied(rows) {
    return JSON.parse(JSON.stringify(rows));
}

class Org {
    rows = {};
    watchers = new Set();
    failing = {};
    opened = [];
    messages = [];
    next = 1;

    load(rows, failing = {}) {
        this.rows = copied(rows);
        this.failing = failing;
    }

    all(object) {
        return this.rows[object] ?? [];
    }

    row(id) {
        return Object.values(this.rows)
            .flat()
            .find((one) => one.Id === id);
    }

    objectOf(id) {
        return Object.keys(this.rows).find((object) => this.rows[object].some((one) => one.Id === id));
    }

    create(object, values) {
        const number = String(this.next++).padStart(12, "0");
        const row = { Id: `new${number}`, CreatedDate: number, ...values };
        this.rows[object] = [...this.all(object), row];
        return row;
    }

    update({ Id, ...values }) {
        Object.assign(this.row(Id), values);
    }

    /** Runs a change whole or not at all, then tells the watchers. */
    change(work) {
        if (this.failing.write) {
            throw this.failing.write;
        }
        const before = copied(this.rows);
        try {
            return work(this);
        } catch (error) {
            this.rows = before;
            throw error;
        } finally {
            this.watchers.forEach((told) => told());
        }
    }

    watch(told) {
        this.watchers.add(told);
        return () => this.watchers.delete(told);
    }
}

export const org = new Org();
