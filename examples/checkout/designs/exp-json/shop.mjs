async function readShop(pool) {
  const { rows } = await pool.query("SELECT document FROM shop WHERE id = 1");
  return rows[0].document;
}

async function writeShop(pool, document) {
  await pool.query("UPDATE shop SET document = $1 WHERE id = 1", [JSON.stringify(document)]);
}

export async function addProduct(pool, sku, stock) {
  const document = await readShop(pool);
  document.products[sku] = { stock };
  await writeShop(pool, document);
}

/** @returns the order's id, or null if there is not enough in stock */
export async function placeOrder(pool, customer, sku, quantity) {
  const document = await readShop(pool);
  const product = document.products[sku];
  if (product === undefined || product.stock < quantity) return null;
  product.stock -= quantity;
  document.orders.push({ customer, sku, quantity });
  await writeShop(pool, document);
  return String(document.orders.length);
}

/** @returns how many are left in stock, and how many were sold */
export async function countProduct(pool, sku) {
  const { products, orders } = await readShop(pool);
  const sold = orders.filter((order) => order.sku === sku).reduce((sum, order) => sum + order.quantity, 0);
  return { stock: products[sku].stock, sold };
}
