/* Zoom and search of a flame graph. A frame's place and width are in nanoseconds, or calls. */
(function () {
	"use strict";
	var root = document.currentScript ? document.currentScript.ownerSVGElement : document.documentElement;
	var letter = 6.6;	/* px of the labels' */
	var matched = root.querySelector("#matched"), reset = root.querySelector("#reset"), box = root.querySelector("#search");
	var frames = [].map.call(root.querySelectorAll("g.f"), function (g) {
		var d = g.dataset;
		return { g: g, rect: g.querySelector("rect"), text: g.querySelector("text"), x: +d.x, w: +d.w, level: +d.l, name: d.n };
	});
	var all = frames[0], width = +all.rect.getAttribute("width");

	function label(f, places) {
		var n = Math.floor((places - 6) / letter);
		return n < 3 ? "" : f.name.length <= n ? f.name : f.name.slice(0, n - 1) + "\u2026";
	}

	function place(f, from, w, above) {
		var x = above ? 0 : (f.x - from) / w * width, wide = above ? width : f.w / w * width;
		var shown = above || (f.x >= from && f.x + f.w <= from + w && wide >= 0.04);
		f.g.style.display = shown ? "" : "none";
		if (!shown)
			return;
		f.g.classList.toggle("above", above);
		f.rect.setAttribute("x", x);
		f.rect.setAttribute("width", wide > 2 && f !== all ? wide - 0.5 : wide);
		f.text.setAttribute("x", x + 3);
		f.text.textContent = label(f, wide);
	}

	function zoom(to) {
		frames.forEach(function (f) {
			place(f, to.x, to.w, f.level < to.level && f.x <= to.x && f.x + f.w >= to.x + to.w);
		});
		reset.style.visibility = to === all ? "hidden" : "visible";
	}

	/* What a match calls isn't counted again */
	function share(hits) {
		var sum = 0, end = 0;
		hits.sort(function (a, b) { return a.x - b.x || a.level - b.level; });
		hits.forEach(function (f) {
			if (f.x >= end) {
				sum += f.w;
				end = f.x + f.w;
			}
		});
		return 100 * sum / all.w;
	}

	function search(word) {
		var hits = [], pattern;
		try {
			pattern = new RegExp(word, "i");
		} catch (e) {
			pattern = { test: function (name) { return name.indexOf(word) >= 0; } };
		}
		frames.forEach(function (f) {
			var hit = word !== "" && f !== all && pattern.test(f.name);
			f.g.classList.toggle("hit", hit);
			if (hit)
				hits.push(f);
		});
		root.classList.toggle("searched", word !== "");
		matched.textContent = word === "" ? "" : hits.length ? "matched: " + share(hits).toFixed(1) + " %" : "matched: none";
	}

	frames.forEach(function (f) {
		f.g.addEventListener("click", function () { zoom(f); });
		f.g.addEventListener("keydown", function (e) {
			if (e.key === "Enter")
				zoom(f);
		});
	});
	reset.addEventListener("click", function () { zoom(all); });
	box.addEventListener("input", function () { search(box.value); });
	root.addEventListener("keydown", function (e) {
		if (e.key === "Escape")
			zoom(all);
	});
	zoom(all);
})();
