/** Prints a PDF of the same origin through a hidden frame; where that fails, opens it so that the user can print. */
export function printPdf(url: string): void {
  const frame = document.createElement("iframe");
  frame.src = url;
  frame.title = "打印";
  frame.style.cssText = "position:fixed;right:0;bottom:0;width:1px;height:1px;border:0;opacity:0";
  frame.addEventListener("load", () => {
    try {
      frame.contentWindow?.focus();
      frame.contentWindow?.print();
    } catch {
      window.open(url, "_blank", "noopener");
    }
  });
  document.body.append(frame);
  // The print dialog may stay open for long; the frame must live as long as it does.
  setTimeout(() => frame.remove(), 10 * 60 * 1000);
}

/** Saves text that the page made (a list of failed rows, say) as a file. */
export function downloadText(text: string, fileName: string, type = "text/csv;charset=utf-8"): void {
  saveFile(new Blob(["\uFEFF", text], { type }), fileName);
}

/** Saves what the server answered a write with. */
export function saveFile(content: Blob, fileName: string): void {
  const link = document.createElement("a");
  const url = URL.createObjectURL(content);
  link.href = url;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** One CSV row; a leading = + - @ tab or CR is disarmed, so that no spreadsheet takes a value for a formula. */
export function csvRow(cells: readonly (string | number | null)[]): string {
  return cells
    .map((cell) => {
      const text = cell === null ? "" : String(cell);
      const safe = typeof cell === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
      return `"${safe.replaceAll('"', '""')}"`;
    })
    .join(",");
}
