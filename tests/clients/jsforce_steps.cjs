// jsforce against the local org: one step, named by the first argument, whose outcome is printed as JSON.
// URL, TOKEN and REFRESH (client id, secret and refresh token, by spaces) come from the environment.
"use strict";

const jsforce = require("jsforce");

const connect = () =>
  new jsforce.Connection({
    instanceUrl: process.env.URL,
    accessToken: process.env.TOKEN,
    version: "66.0"
  });

const steps = {
  async query() {
    const connection = connect();
    const names = [];
    const query = connection.query("SELECT Name FROM Account WHERE Name LIKE 'Many%' ORDER BY Name");
    await new Promise((resolve, reject) => {
      query.on("record", (record) => names.push(record.Name));
      query.on("end", resolve);
      query.on("error", reject);
      query.run({ autoFetch: true, maxFetch: 100000 });
    });
    return { fetched: names.length, total: query.totalSize, first: names[0], last: names.at(-1) };
  },

  async collections() {
    const accounts = connect().sobject("Account");
    const made = await accounts.create([{ Name: "C1" }, { Name: "C2" }, { Phone: "no name" }]);
    const ids = made.slice(0, 2).map((result) => result.id);
    const changed = await accounts.update(ids.map((Id) => ({ Id, Tier__c: "Gold" })));
    const read = await accounts.retrieve(ids);
    const upserted = await accounts.upsert([{ Key__c: "u1", Name: "U1" }, { Key__c: "u2", Name: "U2" }], "Key__c");
    const again = await accounts.upsert([{ Key__c: "u1", Name: "U1 again" }], "Key__c");
    const gone = await accounts.destroy(ids);
    return {
      made: made.map((result) => result.success || result.errors[0].statusCode),
      changed: changed.map((result) => result.success),
      read: read.map((record) => [record.Name, record.Tier__c]),
      upserted: upserted.map((result) => [result.success, result.created]),
      again: again.map((result) => [result.success, result.created]),
      gone: gone.map((result) => result.success)
    };
  },

  async one() {
    const connection = connect();
    const made = await connection.sobject("Account").create({ Name: "One" });
    await connection.sobject("Account").update({ Id: made.id, Phone: "1" });
    const read = await connection.sobject("Account").retrieve(made.id);
    const upserted = await connection.sobject("Account").upsert({ Key__c: "one", Name: "Keyed" }, "Key__c");
    await connection.sobject("Account").destroy(made.id);
    const missing = await connection.sobject("Account").retrieve(made.id).catch((error) => error.errorCode);
    return { read: [read.Name, read.Phone], upserted: upserted.success, missing };
  },

  async describe() {
    const connection = connect();
    const all = await connection.describeGlobal();
    const account = await connection.describe("Account");
    const who = await connection.identity();
    const limits = await connection.limits();
    return {
      objects: all.sobjects.map((each) => each.name).filter((name) => /^(Account|Goal__c)$/.test(name)),
      tier: account.fields.find((field) => field.name === "Tier__c").picklistValues.map((value) => value.value),
      user: who.username,
      limits: Object.keys(limits).includes("DailyApiRequests"),
      usage: connection.limitInfo.apiUsage.limit
    };
  },

  async bulk() {
    const connection = connect();
    const rows = Array.from({ length: 450 }, (_, n) => ({ Name: `Bulk ${n}`, Key__c: `bulk${n}`, Tier__c: "Gold" }));
    rows[7].Tier__c = "Bronze";
    connection.bulk2.pollInterval = 300;
    connection.bulk2.pollTimeout = 60000;
    const done = await connection.bulk2.loadAndWaitForResults({ object: "Account", operation: "insert", input: rows });
    const cleared = await connection.bulk2.loadAndWaitForResults({
      object: "Account",
      operation: "upsert",
      externalIdFieldName: "Key__c",
      input: [{ Key__c: "bulk1", Name: "Bulk 1", Tier__c: "#N/A" }]
    });
    const stream = await connection.bulk2.query("SELECT Id, Name, Tier__c FROM Account WHERE Key__c LIKE 'bulk%'");
    const read = [];
    await new Promise((resolve, reject) => {
      stream.on("record", (record) => read.push(record));
      stream.on("end", resolve);
      stream.on("error", reject);
    });
    return {
      successful: done.successfulResults.length,
      created: done.successfulResults[0].sf__Created,
      failed: done.failedResults.map((row) => [row.Name, row.sf__Error]),
      unprocessed: done.unprocessedRecords.length,
      cleared: cleared.successfulResults.map((row) => row.sf__Created),
      read: read.length,
      gold: read.filter((row) => row.Tier__c === "Gold").length
    };
  },

  async metadata() {
    const { metadata } = connect();
    const types = await metadata.describe("66.0");
    const objects = await metadata.list([{ type: "CustomObject" }], "66.0");
    return {
      types: types.metadataObjects.map((each) => each.xmlName).filter((name) => /^(Flow|PermissionSet)$/.test(name)),
      account: objects.filter((each) => each.fullName === "Account").map((each) => each.fileName)
    };
  },

  async layouts() {
    const told = await connect().sobject("Account").layouts();
    const [section] = told.layouts[0].detailLayoutSections;
    return {
      fields: section.layoutRows.map((row) => row.layoutItems[0].layoutComponents[0].value),
      same: told.recordTypeMappings.every((each) => each.layoutId === told.layouts[0].id)
    };
  },

  async changes() {
    const accounts = connect().sobject("Account");
    const made = await accounts.create([{ Name: "Stays" }, { Name: "Goes" }]);
    await accounts.destroy(made[1].id);
    const span = [new Date(Date.now() - 3600000), new Date(Date.now() + 120000)];
    const updated = await accounts.updated(...span);
    const deleted = await accounts.deleted(...span);
    return {
      updated: updated.ids.includes(made[0].id) && !updated.ids.includes(made[1].id),
      deleted: deleted.deletedRecords.map((each) => each.id).includes(made[1].id)
    };
  },

  async refusals() {
    const connection = connect();
    const codes = {};
    codes.query = await connection.query("SELECT Nope FROM Account").catch((error) => error.errorCode);
    codes.type = await connection.describe("Nothing__c").catch((error) => error.errorCode);
    const stranger = new jsforce.Connection({ instanceUrl: process.env.URL, accessToken: "00D!no", version: "66.0" });
    codes.session = await stranger.query("SELECT Id FROM Account").catch((error) => error.errorCode);
    codes.soap = await stranger.metadata.describe("66.0").catch((error) => error.errorCode);
    return codes;
  },

  async refresh() {
    const [clientId, clientSecret, refreshToken] = process.env.REFRESH.split(" ");
    const connection = new jsforce.Connection({
      oauth2: { clientId, clientSecret, loginUrl: process.env.URL },
      instanceUrl: process.env.URL,
      accessToken: "00D!expired",
      refreshToken,
      version: "66.0"
    });
    const refreshed = [];
    connection.on("refresh", (token) => refreshed.push(token.length > 20));
    const found = await connection.query("SELECT Id FROM Organization");
    return { refreshed, found: found.totalSize };
  }
};

steps[process.argv[2]]().then(
  (outcome) => console.log(JSON.stringify(outcome)),
  (error) => {
    console.error(error);
    process.exit(1);
  }
);
