module internal Optim.Functional.Properties.Wolfe

let all: Law list = []
