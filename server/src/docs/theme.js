// The theme that was chosen in the app, else the system's.
const system = matchMedia("(prefers-color-scheme: dark)");
const show = () => {
  const wish = localStorage.getItem("valleyscope-colours") ?? "";
  const dark = wish.includes("dark") || (!wish.includes("light") && system.matches);
  document.documentElement.classList.toggle("dark-mode", dark);
};
system.addEventListener("change", show);
addEventListener("storage", show);
show();
