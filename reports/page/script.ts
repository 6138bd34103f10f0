/**
 * The page is complete without it. It adds: a tip at the pointer or the focused cell, one tab stop per matrix with
 * arrow keys between its cells, and open tables in print. Constant: its hash stands in the content security policy.
 * Text goes in by textContent only.
 */
export const script = `(()=>{const tip=document.createElement('div');tip.id='tip';tip.setAttribute('role','status');document.body.append(tip);
const words=new Map();for(const t of document.querySelectorAll('svg g>title,svg rect>title')){words.set(t.parentNode,t.textContent);t.remove()}
const show=e=>{const w=words.get(e);if(!w){tip.textContent='';return}tip.textContent=w;const r=e.getBoundingClientRect(),y=r.bottom+scrollY+8,x=Math.min(r.left+scrollX,document.documentElement.clientWidth-tip.offsetWidth-8);tip.style.left=Math.max(8,x)+'px';tip.style.top=y+'px'};
const owner=n=>{for(;n&&n!==document;n=n.parentNode)if(words.has(n))return n};
document.addEventListener('pointerover',e=>show(owner(e.target)));
document.addEventListener('keydown',e=>{if(e.key==='Escape')tip.textContent=''});
for(const svg of document.querySelectorAll('svg[data-grid]')){const cells=[...svg.querySelectorAll('g.cell')];if(!cells.length)continue;
svg.setAttribute('role','group');for(const c of cells){c.setAttribute('tabindex',-1);c.setAttribute('role','img');c.setAttribute('aria-label',words.get(c))}cells[0].setAttribute('tabindex',0);
const go=c=>{if(!c)return;for(const o of cells)o.setAttribute('tabindex',-1);c.setAttribute('tabindex',0);c.focus()};
const near=(c,dr,dc)=>{const r=+c.dataset.r,k=+c.dataset.c,side=cells.filter(o=>dc?+o.dataset.r===r&&(o.dataset.c-k)*dc>0:+o.dataset.c===k&&(o.dataset.r-r)*dr>0);return side.sort((a,b)=>Math.abs(a.dataset.r-r)+Math.abs(a.dataset.c-k)-Math.abs(b.dataset.r-r)-Math.abs(b.dataset.c-k))[0]};
const keys={ArrowLeft:[0,-1],ArrowRight:[0,1],ArrowUp:[-1,0],ArrowDown:[1,0]};
svg.addEventListener('keydown',e=>{const d=keys[e.key];if(d){e.preventDefault();go(near(e.target,d[0],d[1]))}});
svg.addEventListener('focusin',e=>show(e.target));svg.addEventListener('focusout',()=>show(null))}
addEventListener('beforeprint',()=>{for(const d of document.querySelectorAll('details'))d.open=true})})();`;
