export async function addProduct(pool, sku, stock) {
  await pool.query(
    "INSERT INTO product VALUES ($1, $2) ON CONFLICT (sku) DO UPDATE SET stock = excluded.stock",
    [sku, stock],
  );
}

/** @returns the order's id, or null if there is not enough in stock */
export async function placeOrder(pool, customer, sku, quantity) {
  const { rows } = await pool.query(
    `WITH taken AS (
       UPDATE product SET stock = stock - $3 WHERE sku = $2 AND stock >= $3 RETURNING sku
     ), placed AS (
       INSERT INTO orders (customer) SELECT $1 FROM taken RETURNING id
     )
     INSERT INTO order_line SELECT placed.id, taken.sku, $3 FROM placed, taken RETURNING order_id`,
    [customer, sku, quantity],
  );
  return rows.length === 0 ? null : String(rows[0].order_id);
}

/** @returns how many are left in stock, and how many were sold */
export async function countProduct(pool, sku) {
  const { rows } = await pool.query(
    `SELECT stock, (SELECT coalesce(sum(quantity), 0)::int FROM order_line WHERE sku = $1) AS sold
     FROM product WHERE sku = $1`,
    [sku],
  );
  return rows[0];
}
