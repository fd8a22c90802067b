// All text whose contrast to what is behind it is below the least allowed: [ratio, text, element].
(least) => {
  const channels = (color) => {
    const found = color.match(/[\d.]+/g).map(Number);
    return { rgb: found.slice(0, 3), alpha: found.length > 3 ? found[3] : 1 };
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((c) => {
      const s = c / 255;
      return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const { rgb, alpha } = channels(getComputedStyle(at).backgroundColor);
      if (alpha === 1) return rgb;
      if (alpha !== 0) throw new Error("a translucent background: not judged");
    }
    throw new Error("no background");
  };
  const ratio = (a, b) => {
    const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const low = [];
  let judged = 0;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || ["SCRIPT", "STYLE"].includes(element.tagName)) continue;
    for (const part of [null, "::before"]) {
      const style = getComputedStyle(element, part);
      if (part && style.content === "none") continue;
      ++judged;
      const is = ratio(channels(style.color).rgb, behind(element));
      if (is < least) low.push([is.toFixed(2), node.data.trim().slice(0, 40), element.outerHTML.slice(0, 80)]);
    }
  }
  return { judged, low };
};
