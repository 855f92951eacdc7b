// The page of the calculator. Reads what is pasted or chosen, shows totals, makes a file of them. Sends nothing.
"use strict";

(() => {
  const form = JSON.parse(document.getElementById("form").dataset.told);
  const lines = document.getElementById("lines"), file = document.getElementById("file");
  const result = document.getElementById("result"), said = document.getElementById("said");
  const wrong = document.getElementById("wrong"), tables = document.getElementById("tables");
  const download = document.getElementById("download");

  const made = (name, text) => { const one = document.createElement(name); one.textContent = text; return one; };

  file.addEventListener("change", async () => {
    if (file.files.length) lines.value = await file.files[0].text();
  });

  document.getElementById("count").addEventListener("click", () => {
    const found = Tallying.tally(form, Tallying.rowsOf(lines.value));
    result.hidden = false;
    wrong.replaceChildren(...found.faults.slice(0, 40).map((one) =>
      made("li", `${one.row ? `Row ${one.row}, ` : ""}${one.field || "The text"} ${one.wrong}.`)));
    tables.replaceChildren();
    const isSound = !found.faults.length && found.people > 0;
    download.hidden = !isSound;
    said.textContent = isSound ? `${found.people} lines counted.` : `Nothing is counted yet: ${found.faults.length} to mend.`;
    if (!isSound) return;
    for (const table of form.tables) {
      const shown = document.createElement("table");
      shown.className = "usa-table";
      shown.append(made("caption", table.label));
      const body = document.createElement("tbody");
      for (const [at, number] of Object.entries(found.totals[table.key])) {
        const row = document.createElement("tr");
        const words = (at === "" ? [] : at.split("\u0000")).map((code, place) => {
          const field = form.fields.find((one) => one.key === table.by[place]);
          return (field.codes.find(([key]) => key === code) || [code, code])[1];
        });
        const head = made("th", words.join(", ") || table.label);
        head.scope = "row";
        row.append(head, made("td", String(number)));
        body.append(row);
      }
      shown.append(body);
      tables.append(shown);
    }
    if (download.href) URL.revokeObjectURL(download.href);
    download.href = URL.createObjectURL(new Blob([Tallying.csvOf(form, found.totals)], { type: "text/csv" }));
  });
})();
