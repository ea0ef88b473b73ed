resource "terraform_data" "pool" {
  count = 2

  input = "pool ${count.index}"
}
