module internal Optim.Functional.Properties.Curvature

let all: Law list = []
