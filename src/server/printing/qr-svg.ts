import QRCode from "qrcode";

/**
 * The QR code of `text` as one SVG path in the current colour, error correction M, without a quiet zone
 * (the template keeps 4 modules of white around it).
 */
export function qrSvg(text: string): string {
  const { modules } = QRCode.create(text, { errorCorrectionLevel: "M" });
  const size = modules.size;
  const runs: string[] = [];
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      let length = 0;
      while (column + length < size && modules.get(row, column + length) === 1) length += 1;
      if (length > 0) runs.push(`M${column} ${row}h${length}v1h-${length}z`);
      column += length;
    }
  }
  return `<svg class="qr" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges" role="img" aria-label="核验二维码"><path fill="currentColor" d="${runs.join("")}"/></svg>`;
}
