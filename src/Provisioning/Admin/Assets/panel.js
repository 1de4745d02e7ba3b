// Comfort only: every page does its work without this file.
"use strict";

(() => {
  const all = (root, selector) => Array.from(root.querySelectorAll(selector));

  // Times are written in UTC; here in the reader's own zone.
  const zone = new Intl.DateTimeFormat(document.documentElement.lang || "en", { dateStyle: "medium", timeStyle: "short" });
  const localize = (root) => all(root, "time[datetime]").forEach((time) => {
    const at = new Date(time.dateTime);
    if (!Number.isNaN(at.getTime())) {
      time.title = time.textContent;
      time.textContent = zone.format(at);
    }
  });

  // Copy buttons are hidden until something stands behind them.
  const copyable = (root) => all(root, "button[data-copy]").forEach((button) => {
    if (!navigator.clipboard) {
      return;
    }

    button.hidden = false;
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copy);
      const words = button.textContent;
      try {
        await navigator.clipboard.writeText(source.matches("input") ? source.value : source.textContent.trim().replace(/\s*\n\s*/g, "\n"));
        button.textContent = "Copied";
      } catch {
        button.textContent = "Select and copy it";
      }

      setTimeout(() => { button.textContent = words; }, 2000);
    });
  });

  // Read-only fields are selected whole when they are entered.
  const selectable = (root) => all(root, "input[readonly]").forEach((field) => field.addEventListener("focus", () => field.select()));

  const prepare = (root) => {
    localize(root);
    copyable(root);
    selectable(root);
  };

  // Parts that change are asked for again, until they say that they are done or the session is over.
  const live = (part) => {
    const written = (text) => {
      const template = document.createElement("template");
      template.innerHTML = text;
      return template.innerHTML.trim();
    };
    let last = part.innerHTML.trim();
    let timer = 0;
    const later = (milliseconds) => {
      clearTimeout(timer);
      timer = setTimeout(ask, milliseconds);
    };
    const again = () => later(1000 * Number(part.dataset.every || 5));
    const ask = async () => {
      if (document.hidden) {
        again();
        return;
      }

      try {
        const answer = await fetch(part.dataset.live, { credentials: "same-origin", redirect: "manual" });
        if (answer.type === "opaqueredirect") {
          // The session is over: the next page that is opened says so.
          return;
        }

        if (answer.ok) {
          const text = written(await answer.text());
          // Untouched while nothing is new: whoever reads or stands in it is not disturbed.
          if (text !== last) {
            last = text;
            const open = part.querySelector("details[open]") !== null;
            part.innerHTML = text;
            all(part, "details").forEach((details) => { details.open = open; });
            prepare(part);
          }
        }
      } catch {
        // Away for a moment.
      }

      if (!part.querySelector("[data-done]")) {
        again();
      }
    };

    if (!part.querySelector("[data-done]")) {
      again();
    }

    // A form that is answered with a file leaves the page as it is: what it changed is asked for soon.
    document.addEventListener("submit", () => later(1500));
  };

  all(document, "[data-live]").forEach(live);
  prepare(document);

  // One menu is open at a time, and Escape closes it.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      all(document, "details.menu[open]").forEach((menu) => {
        menu.open = false;
        menu.querySelector("summary").focus();
      });
    }
  });
})();
