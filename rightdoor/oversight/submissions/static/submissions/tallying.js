// Lines into totals, as the server would count them (rightdoor/domain/submission/rows.py). Knows no page.
"use strict";

const Tallying = (() => {
  const plain = (word) => word.toLowerCase().replace(/_/g, " ").split(/\s+/).filter(Boolean).join(" ");

  // Rows of cells out of text as spreadsheets copy or save it: tabs, commas or semicolons, quotes where needed.
  function rowsOf(text) {
    const first = text.split(/\r?\n/).find((line) => line.trim()) || "";
    const many = (sign) => first.split(sign).length;
    const sign = ["\t", ",", ";"].reduce((best, one) => (many(one) > many(best) ? one : best), "\t");
    const rows = [];
    let row = [], cell = "", quoted = false;
    const source = text.replace(/^\ufeff/, "");
    for (let at = 0; at < source.length; at += 1) {
      const letter = source[at];
      if (quoted) {
        if (letter !== '"') cell += letter;
        else if (source[at + 1] === '"') { cell += '"'; at += 1; }
        else quoted = false;
      } else if (letter === '"' && cell === "") quoted = true;
      else if (letter === sign) { row.push(cell); cell = ""; }
      else if (letter === "\n") { row.push(cell); rows.push(row); row = []; cell = ""; }
      else if (letter !== "\r") cell += letter;
    }
    if (cell !== "" || row.length) { row.push(cell); rows.push(row); }
    return rows;
  }

  // What a cell says of a field: codes, or what is wrong.
  function read(field, text) {
    const written = text.split(";").map((part) => part.trim()).filter(Boolean);
    if (!written.length) return { wrong: "is empty" };
    const byWord = new Map();
    for (const [key, label] of field.codes) { byWord.set(plain(key), key); byWord.set(plain(label), key); }
    const found = new Set();
    for (const part of written) {
      const key = byWord.get(plain(part));
      if (!key) return { wrong: "holds none of the codes" };
      found.add(key);
    }
    if (written.length > 1 && !field.several) return { wrong: "takes one code" };
    const missing = field.codes.some(([key, , isMissing]) => isMissing && found.has(key));
    if (found.size > 1 && missing) return { wrong: "says known and not known at once" };
    return { codes: [...found].sort() };
  }

  // { people, totals: {table: {"code\u0000code": n}}, faults: [{row, field, wrong}] }
  function tally(form, rows) {
    const told = rows.map((cells, at) => [cells, at + 1]).filter(([cells]) => cells.some((cell) => cell.trim()));
    const faults = [], people = [];
    if (!told.length) return { people: 0, totals: {}, faults: [{ row: 0, field: "", wrong: "holds nothing" }] };
    const where = new Map();
    told[0][0].forEach((heading, at) => {
      const field = form.fields.find((one) => plain(one.key) === plain(heading) || plain(one.label) === plain(heading));
      if (field && !where.has(field.key)) where.set(field.key, at);
    });
    for (const field of form.fields) {
      if (!where.has(field.key)) faults.push({ row: told[0][1], field: field.label, wrong: "has no column" });
    }
    if (faults.length) return { people: 0, totals: {}, faults };
    for (const [cells, number] of told.slice(1)) {
      const person = {};
      for (const field of form.fields) {
        const said = read(field, cells[where.get(field.key)] || "");
        if (said.wrong) faults.push({ row: number, field: field.label, wrong: said.wrong });
        else person[field.key] = said.codes;
      }
      people.push(person);
    }
    if (faults.length) return { people: people.length, totals: {}, faults };
    const totals = {};
    for (const table of form.tables) {
      const counted = (totals[table.key] = {});
      for (const person of people) {
        let cells = [[]];
        for (const key of table.by) {
          const field = form.fields.find((one) => one.key === key);
          const codes = table.adds === "whole" && person[key].length > 1 ? [field.stands_for_several] : person[key];
          cells = cells.flatMap((start) => codes.map((code) => [...start, code]));
        }
        for (const cell of cells) counted[cell.join("\u0000")] = (counted[cell.join("\u0000")] || 0) + 1;
      }
    }
    return { people: people.length, totals, faults };
  }

  // The long table that the form takes: table, code_1 … code_4, count.
  function csvOf(form, totals) {
    const lines = [["table", "code_1", "code_2", "code_3", "code_4", "count"]];
    for (const table of form.tables) {
      for (const at of Object.keys(totals[table.key] || {}).sort()) {
        const codes = at === "" ? [] : at.split("\u0000");
        lines.push([table.key, ...codes, ...Array(4 - codes.length).fill(""), String(totals[table.key][at])]);
      }
    }
    return lines.map((line) => line.join(",")).join("\r\n") + "\r\n";
  }

  return { rowsOf, tally, csvOf };
})();

if (typeof module !== "undefined") module.exports = Tallying;
