/** Colours of data: the tokens of the style sheet, and palettes that turn a byte into a pixel. */

/** A byte to a pixel (ABGR, as ImageData holds it on little-endian machines). */
export type Palette = Uint32Array;
export type Rgb = readonly [red: number, green: number, blue: number];

/** The colours that pictures are drawn with, read from the style sheet once for each theme. */
export interface Inks {
  readonly page: string;
  readonly panel: string;
  readonly well: string;
  readonly line: string;
  readonly outline: string;
  readonly ink: string;
  readonly soft: string;
  readonly faint: string;
  readonly accent: string;
  readonly bad: string;
  readonly halo: string;
  readonly negative: string;
  readonly positive: string;
  readonly negativeMark: string;
  readonly positiveMark: string;
  readonly classes: readonly string[];
  readonly font: string;
  /** Negative through nothing to positive; 128 is nothing. */
  readonly diverging: Palette;
  /** The same with half of it ink, for dots. */
  readonly dots: Palette;
  /** Nothing to full ink, for images. */
  readonly gray: Palette;
  /** For each class: nothing to that class. */
  readonly shades: readonly Palette[];
}

const CLASSES = 10;
const STRENGTH = 0.85;
const INK_OF_DOTS = 0.7;

/** The inks of the theme that is on now. */
export function readInks(element: Element): Inks {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(`--color-${name}`).trim();
  const classes = Array.from({ length: CLASSES }, (_, i) => token(`class-${i}`));
  const zero = rgb(token("zero"));
  const diverging = divergingPalette(rgb(token("negative")), zero, rgb(token("positive")));
  return {
    page: token("page"),
    panel: token("panel"),
    well: token("well"),
    line: token("line"),
    outline: token("outline"),
    ink: token("ink"),
    soft: token("ink-soft"),
    faint: token("ink-faint"),
    accent: token("accent"),
    bad: token("bad"),
    halo: token("halo"),
    negative: token("negative"),
    positive: token("positive"),
    negativeMark: token("negative-mark"),
    positiveMark: token("positive-mark"),
    classes,
    font: style.getPropertyValue("--font-text").trim(),
    diverging,
    dots: diverging.map((shade) => pixel(mixed(unpacked(shade), rgb(token("ink")), INK_OF_DOTS))),
    gray: ramp(rgb(token("well")), rgb(token("ink"))),
    shades: classes.map((color) => ramp(zero, rgb(color))),
  };
}

/** Byte 0 is `negative`, 128 is `zero`, 255 is `positive`; between them OKLab, so that no step looks larger than another. */
function divergingPalette(negative: Rgb, zero: Rgb, positive: Rgb): Palette {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    const value = (byte - 128) / 127;
    return pixel(mixed(zero, value < 0 ? negative : positive, Math.min(1, Math.abs(value)) ** STRENGTH));
  });
}

/** Byte 0 is `from`, 255 is `to`. */
export function ramp(from: Rgb, to: Rgb): Palette {
  return Uint32Array.from({ length: 256 }, (_, byte) => pixel(mixed(from, to, byte / 255)));
}

/** "#E8893A" as three numbers from 0 to 255. */
export function rgb(hex: string): Rgb {
  const number = parseInt(hex.slice(1), 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}

/** A colour between two, mixed in OKLab (Ottosson 2020, A perceptual color space for image processing). */
function mixed(from: Rgb, to: Rgb, share: number): Rgb {
  const a = oklab(from);
  const b = oklab(to);
  return srgb([a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share]);
}

function oklab(color: Rgb): Rgb {
  const [r, g, b] = color.map(linear) as unknown as Rgb;
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function srgb([lightness, a, b]: Rgb): Rgb {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    gamma(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    gamma(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    gamma(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

function linear(channel: number): number {
  const c = channel / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
}

function gamma(channel: number): number {
  const c = Math.max(0, Math.min(1, channel));
  return Math.round(255 * (c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055));
}

function unpacked(shade: number): Rgb {
  return [shade & 255, (shade >> 8) & 255, (shade >> 16) & 255];
}

/** A palette that knows only so many shades of another: 2 is its two ends. */
export function stepped(palette: Palette, steps: number): Palette {
  return palette.map((_, byte) => palette[Math.round((Math.floor((byte * steps) / 256) / (steps - 1)) * 255)] ?? 0);
}

function pixel([red, green, blue]: Rgb): number {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
