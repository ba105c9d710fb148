import './demo-shop.css';

interface Chat {
  activity: (input: Record<string, unknown>) => Promise<void>;
}

const PRODUCTS = [
  { sku: 'DEMO-LAMP', title: 'Reading lamp', price: '49 €' },
  { sku: 'DEMO-MUG', title: 'Enamel mug', price: '12 €' },
  { sku: 'DEMO-WOOL', title: 'Wool blanket', price: '95 €' },
];
const byId = (id: string) => document.getElementById(id)!;
const basket = new Map<string, number>();

// Browsers send nothing of what stands after the #, so the key is in no log. A real shop writes it into its page.
const key = new URLSearchParams(location.hash.slice(1)).get('key');
if (key) {
  const script = document.createElement('script');
  script.src = '/widget.js';
  script.dataset['key'] = key;
  script.dataset['inbox'] = 'halla-chat';
  document.body.append(script);
} else byId('trouble').hidden = false;

for (const { sku, title, price } of PRODUCTS) {
  const item = document.createElement('li');
  const button = document.createElement('button');
  button.textContent = `Add ${title} to the basket`;
  button.addEventListener('click', () => add(sku));
  item.append(`${title}, ${price} `, button);
  byId('products').append(item);
}

function add(sku: string): void {
  basket.set(sku, (basket.get(sku) ?? 0) + 1);
  const lines = [...basket].map(([each, quantity]) => ({ sku: each, quantity }));
  byId('basket').textContent = `In your basket: ${lines.reduce((sum, { quantity }) => sum + quantity, 0)}`;
  const { Punos } = window as { Punos?: Chat };
  void Punos?.activity({ basketChange: { lines } });
}
