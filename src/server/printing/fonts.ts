import { existsSync } from "node:fs";
import { chmod, copyFile, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The font family that every template names first. */
export const documentFontFamily = "Noto Serif SC";

const fontFiles = [
  "400Regular/NotoSerifSC_400Regular.ttf",
  "700Bold/NotoSerifSC_700Bold.ttf",
  "900Black/NotoSerifSC_900Black.ttf",
];
/** Part of the folder name: a change of the fonts or of the configuration makes a new folder. */
const layoutVersion = "1";

/**
 * Puts Noto Serif SC and a fontconfig file into `cacheFolder` once and returns the path for FONTCONFIG_FILE.
 * Full TrueType files, because web subsets lack thousands of name characters, and because with no font at
 * all the browser prints a blank PDF without an error. They are copied since the browser may run as
 * "nobody", who need not be able to read our node_modules. Fonts of the system stay available behind them
 * (HanaMinB or BabelStone Han for the rarest names).
 */
export async function prepareFonts(cacheFolder: string): Promise<string> {
  const manifest = fileURLToPath(import.meta.resolve("@expo-google-fonts/noto-serif-sc/package.json"));
  const target = join(cacheFolder, `fonts-${layoutVersion}`);
  const configuration = join(target, "fonts.conf");
  if (existsSync(configuration)) return configuration;
  const temporary = await mkdtemp(join(cacheFolder, "fonts-unpacking-"));
  try {
    await fillFolder(temporary, { target, source: dirname(manifest) });
    await rename(temporary, target);
  } catch (error) {
    if (!existsSync(configuration)) throw error;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return configuration;
}

async function fillFolder(folder: string, from: { target: string; source: string }): Promise<void> {
  await mkdir(join(folder, "ttf"), { mode: 0o755 });
  for (const file of fontFiles) {
    const name = file.slice(file.indexOf("/") + 1);
    await copyFile(join(from.source, file), join(folder, "ttf", name));
  }
  await writeFile(join(folder, "fonts.conf"), fontConfiguration(join(from.target, "ttf")), { mode: 0o644 });
  await chmod(folder, 0o755);
}

function fontConfiguration(fontFolder: string): string {
  const generic = ["serif", "sans-serif", "monospace"]
    .map(
      (family) =>
        `<alias><family>${family}</family><prefer><family>${documentFontFamily}</family></prefer></alias>`,
    )
    .join("\n  ");
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${fontFolder}</dir>
  <dir>/usr/share/fonts</dir>
  <dir>/usr/local/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
  ${generic}
</fontconfig>
`;
}
