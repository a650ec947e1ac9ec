(function(){var f=document.getElementById("filters");if(!f)return;f.hidden=false;
var rows=[].slice.call(document.querySelectorAll("tr[data-with]"));
var told=document.getElementById("shown");
function apply(){var on={};[].forEach.call(f.querySelectorAll("input"),function(b){
(on[b.name]=on[b.name]||{})[b.value]=b.checked});var n=0;
rows.forEach(function(r){var w=r.getAttribute("data-with").split(" ").some(function(p){
return on.provider[p]}),v=on.verdict[r.getAttribute("data-verdict")];
r.hidden=!(w&&v);if(!r.hidden)n++});told.textContent=n+" of "+rows.length+" windows shown"}
f.addEventListener("change",apply);apply();
function open(){var t=location.hash&&document.getElementById(location.hash.slice(1));
var d=t&&t.querySelector("details");if(d)d.open=true}
addEventListener("hashchange",open);open()})();
