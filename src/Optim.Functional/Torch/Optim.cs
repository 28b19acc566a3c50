namespace Optim.Functional;

// Written from the registry: OPTIM_UPDATE=1 ./build.sh test writes it anew.
public static partial class Torch
{
    /// <summary>torch.optim: for each optimizer its function, with torch's parameter names and defaults.</summary>
    public static class @optim
    {
        /// <summary><see cref="Functional.AdaBelief"/> in place.</summary>
        public static Optimizer AdaBelief(IEnumerable<Parameter> parameters,
            double lr = 1e-3, (double, double)? betas = null, double eps = 1e-16, double weight_decay = 0,
            bool amsgrad = false, bool weight_decouple = true, bool fixed_decay = false, bool rectify = true,
            bool degenerated_to_sgd = true, bool maximize = false) =>
            AdaBelief([new ParamGroup(parameters)], lr, betas, eps, weight_decay, amsgrad, weight_decouple,
                fixed_decay, rectify, degenerated_to_sgd, maximize);

        /// <summary><see cref="Functional.AdaBelief"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer AdaBelief(IEnumerable<ParamGroup> groups,
            double lr = 1e-3, (double, double)? betas = null, double eps = 1e-16, double weight_decay = 0,
            bool amsgrad = false, bool weight_decouple = true, bool fixed_decay = false, bool rectify = true,
            bool degenerated_to_sgd = true, bool maximize = false) =>
            Make<AdaBelief>(groups, ("lr", lr), ("betas", betas), ("eps", eps),
                ("weight_decay", weight_decay), ("amsgrad", amsgrad), ("weight_decouple", weight_decouple),
                ("fixed_decay", fixed_decay), ("rectify", rectify),
                ("degenerated_to_sgd", degenerated_to_sgd), ("maximize", maximize));

        /// <summary><see cref="Functional.Adadelta"/> in place.</summary>
        public static Optimizer Adadelta(IEnumerable<Parameter> parameters,
            double lr = 1, double rho = 0.9, double eps = 1e-6, double weight_decay = 0,
            bool maximize = false) =>
            Adadelta([new ParamGroup(parameters)], lr, rho, eps, weight_decay, maximize);

        /// <summary><see cref="Functional.Adadelta"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer Adadelta(IEnumerable<ParamGroup> groups,
            double lr = 1, double rho = 0.9, double eps = 1e-6, double weight_decay = 0,
            bool maximize = false) =>
            Make<Adadelta>(groups, ("lr", lr), ("rho", rho), ("eps", eps), ("weight_decay", weight_decay),
                ("maximize", maximize));

        /// <summary><see cref="Functional.Adafactor"/> in place.</summary>
        public static Optimizer Adafactor(IEnumerable<Parameter> parameters,
            double lr = 0.01, double beta2_decay = -0.8, (double?, double)? eps = null, double d = 1,
            double weight_decay = 0, bool maximize = false) =>
            Adafactor([new ParamGroup(parameters)], lr, beta2_decay, eps, d, weight_decay, maximize);

        /// <summary><see cref="Functional.Adafactor"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer Adafactor(IEnumerable<ParamGroup> groups,
            double lr = 0.01, double beta2_decay = -0.8, (double?, double)? eps = null, double d = 1,
            double weight_decay = 0, bool maximize = false) =>
            Make<Adafactor>(groups, ("lr", lr), ("beta2_decay", beta2_decay), ("eps", eps), ("d", d),
                ("weight_decay", weight_decay), ("maximize", maximize));

        /// <summary><see cref="Functional.Adagrad"/> in place.</summary>
        public static Optimizer Adagrad(IEnumerable<Parameter> parameters,
            double lr = 0.01, double lr_decay = 0, double weight_decay = 0,
            double initial_accumulator_value = 0, double eps = 1e-10, bool maximize = false) =>
            Adagrad([new ParamGroup(parameters)], lr, lr_decay, weight_decay, initial_accumulator_value, eps,
                maximize);

        /// <summary><see cref="Functional.Adagrad"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer Adagrad(IEnumerable<ParamGroup> groups,
            double lr = 0.01, double lr_decay = 0, double weight_decay = 0,
            double initial_accumulator_value = 0, double eps = 1e-10, bool maximize = false) =>
            Make<Adagrad>(groups, ("lr", lr), ("lr_decay", lr_decay), ("weight_decay", weight_decay),
                ("initial_accumulator_value", initial_accumulator_value), ("eps", eps),
                ("maximize", maximize));

        /// <summary><see cref="Functional.Adam"/> in place.</summary>
        public static Optimizer Adam(IEnumerable<Parameter> parameters,
            double lr = 1e-3, (double, double)? betas = null, double eps = 1e-8, double weight_decay = 0,
            bool amsgrad = false, bool maximize = false, bool decoupled_weight_decay = false) =>
            Adam([new ParamGroup(parameters)], lr, betas, eps, weight_decay, amsgrad, maximize,
                decoupled_weight_decay);

        /// <summary><see cref="Functional.Adam"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer Adam(IEnumerable<ParamGroup> groups,
            double lr = 1e-3, (double, double)? betas = null, double eps = 1e-8, double weight_decay = 0,
            bool amsgrad = false, bool maximize = false, bool decoupled_weight_decay = false) =>
            Make<Adam>(groups, ("lr", lr), ("betas", betas), ("eps", eps), ("weight_decay", weight_decay),
                ("amsgrad", amsgrad), ("maximize", maximize),
                ("decoupled_weight_decay", decoupled_weight_decay));

        /// <summary><see cref="Functional.Adamax"/> in place.</summary>
        public static Optimizer Adamax(IEnumerable<Parameter> parameters,
            double lr = 2e-3, (double, double)? betas = null, double eps = 1e-8, double weight_decay = 0,
            bool maximize = false) =>
            Adamax([new ParamGroup(parameters)], lr, betas, eps, weight_decay, maximize);

        /// <summary><see cref="Functional.Adamax"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer Adamax(IEnumerable<ParamGroup> groups,
            double lr = 2e-3, (double, double)? betas = null, double eps = 1e-8, double weight_decay = 0,
            bool maximize = false) =>
            Make<Adamax>(groups, ("lr", lr), ("betas", betas), ("eps", eps), ("weight_decay", weight_decay),
                ("maximize", maximize));

        /// <summary><see cref="Functional.AdaMuon"/> in place.</summary>
        public static Optimizer AdaMuon(IEnumerable<Parameter> parameters,
            double lr = 3e-4, double weight_decay = 0.01, double momentum = 0.95, double beta2 = 0.95,
            bool nesterov = false, double eps = 1e-8, double ns_eps = 1e-15, int ns_steps = 5,
            string adjust_lr_fn = "spectral", string coefficients = "quintic", bool maximize = false) =>
            AdaMuon([new ParamGroup(parameters)], lr, weight_decay, momentum, beta2, nesterov, eps, ns_eps,
                ns_steps, adjust_lr_fn, coefficients, maximize);

        /// <summary><see cref="Functional.AdaMuon"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer AdaMuon(IEnumerable<ParamGroup> groups,
            double lr = 3e-4, double weight_decay = 0.01, double momentum = 0.95, double beta2 = 0.95,
            bool nesterov = false, double eps = 1e-8, double ns_eps = 1e-15, int ns_steps = 5,
            string adjust_lr_fn = "spectral", string coefficients = "quintic", bool maximize = false) =>
            Make<AdaMuon>(groups, ("lr", lr), ("weight_decay", weight_decay), ("momentum", momentum),
                ("beta2", beta2), ("nesterov", nesterov), ("eps", eps), ("ns_eps", ns_eps),
                ("ns_steps", ns_steps), ("adjust_lr_fn", adjust_lr_fn), ("coefficients", coefficients),
                ("maximize", maximize));

        /// <summary><see cref="Functional.AdamW"/> in place.</summary>
        public static Optimizer AdamW(IEnumerable<Parameter> parameters,
            double lr = 1e-3, (double, double)? betas = null, double eps = 1e-8, double weight_decay = 0.01,
            bool amsgrad = false, bool maximize = false) =>
            AdamW([new ParamGroup(parameters)], lr, betas, eps, weight_decay, amsgrad, maximize);

        /// <summary><see cref="Functional.AdamW"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer AdamW(IEnumerable<ParamGroup> groups,
            double lr = 1e-3, (double, double)? betas = null, double eps = 1e-8, double weight_decay = 0.01,
            bool amsgrad = false, bool maximize = false) =>
            Make<AdamW>(groups, ("lr", lr), ("betas", betas), ("eps", eps), ("weight_decay", weight_decay),
                ("amsgrad", amsgrad), ("maximize", maximize));

        /// <summary><see cref="Functional.Adan"/> in place.</summary>
        public static Optimizer Adan(IEnumerable<Parameter> parameters,
            double lr = 1e-3, (double, double, double)? betas = null, double eps = 1e-8,
            double weight_decay = 0, bool no_prox = false, bool maximize = false) =>
            Adan([new ParamGroup(parameters)], lr, betas, eps, weight_decay, no_prox, maximize);

        /// <summary><see cref="Functional.Adan"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer Adan(IEnumerable<ParamGroup> groups,
            double lr = 1e-3, (double, double, double)? betas = null, double eps = 1e-8,
            double weight_decay = 0, bool no_prox = false, bool maximize = false) =>
            Make<Adan>(groups, ("lr", lr), ("betas", betas), ("eps", eps), ("weight_decay", weight_decay),
                ("no_prox", no_prox), ("maximize", maximize));

        /// <summary><see cref="Functional.AdEMAMix"/> in place.</summary>
        public static Optimizer AdEMAMix(IEnumerable<Parameter> parameters,
            double lr = 1e-3, (double, double, double)? betas = null, double alpha = 2,
            int? beta3_warmup = null, int? alpha_warmup = null, double eps = 1e-8, double weight_decay = 0,
            bool maximize = false) =>
            AdEMAMix([new ParamGroup(parameters)], lr, betas, alpha, beta3_warmup, alpha_warmup, eps,
                weight_decay, maximize);

        /// <summary><see cref="Functional.AdEMAMix"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer AdEMAMix(IEnumerable<ParamGroup> groups,
            double lr = 1e-3, (double, double, double)? betas = null, double alpha = 2,
            int? beta3_warmup = null, int? alpha_warmup = null, double eps = 1e-8, double weight_decay = 0,
            bool maximize = false) =>
            Make<AdEMAMix>(groups, ("lr", lr), ("betas", betas), ("alpha", alpha),
                ("beta3_warmup", beta3_warmup), ("alpha_warmup", alpha_warmup), ("eps", eps),
                ("weight_decay", weight_decay), ("maximize", maximize));

        /// <summary><see cref="Functional.ADOPT"/> in place.</summary>
        public static Optimizer ADOPT(IEnumerable<Parameter> parameters,
            double lr = 1e-3, (double, double)? betas = null, double eps = 1e-6, double clip_lambda = 1,
            double clip_exponent = 0.25, double weight_decay = 0, bool decouple = false,
            bool maximize = false) =>
            ADOPT([new ParamGroup(parameters)], lr, betas, eps, clip_lambda, clip_exponent, weight_decay,
                decouple, maximize);

        /// <summary><see cref="Functional.ADOPT"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer ADOPT(IEnumerable<ParamGroup> groups,
            double lr = 1e-3, (double, double)? betas = null, double eps = 1e-6, double clip_lambda = 1,
            double clip_exponent = 0.25, double weight_decay = 0, bool decouple = false,
            bool maximize = false) =>
            Make<ADOPT>(groups, ("lr", lr), ("betas", betas), ("eps", eps), ("clip_lambda", clip_lambda),
                ("clip_exponent", clip_exponent), ("weight_decay", weight_decay), ("decouple", decouple),
                ("maximize", maximize));

        /// <summary><see cref="Functional.ASGD"/> in place.</summary>
        public static Optimizer ASGD(IEnumerable<Parameter> parameters,
            double lr = 0.01, double lambd = 1e-4, double alpha = 0.75, double t0 = 1e6,
            double weight_decay = 0, bool maximize = false) =>
            ASGD([new ParamGroup(parameters)], lr, lambd, alpha, t0, weight_decay, maximize);

        /// <summary><see cref="Functional.ASGD"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer ASGD(IEnumerable<ParamGroup> groups,
            double lr = 0.01, double lambd = 1e-4, double alpha = 0.75, double t0 = 1e6,
            double weight_decay = 0, bool maximize = false) =>
            Make<ASGD>(groups, ("lr", lr), ("lambd", lambd), ("alpha", alpha), ("t0", t0),
                ("weight_decay", weight_decay), ("maximize", maximize));

        /// <summary><see cref="Functional.KLSOAP"/> in place.</summary>
        public static Optimizer KLSOAP(IEnumerable<Parameter> parameters,
            double lr = 1e-4, (double, double)? betas = null, double shampoo_beta = -1, double eps = 1e-8,
            double weight_decay = 0.01, int precondition_frequency = 10, int max_precond_dim = 10000,
            bool normalize_grads = false, double init_factor = 0.1, bool using_damping = false,
            bool using_clamping = true, int max_clamp_value = 4000, bool maximize = false) =>
            KLSOAP([new ParamGroup(parameters)], lr, betas, shampoo_beta, eps, weight_decay,
                precondition_frequency, max_precond_dim, normalize_grads, init_factor, using_damping,
                using_clamping, max_clamp_value, maximize);

        /// <summary><see cref="Functional.KLSOAP"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer KLSOAP(IEnumerable<ParamGroup> groups,
            double lr = 1e-4, (double, double)? betas = null, double shampoo_beta = -1, double eps = 1e-8,
            double weight_decay = 0.01, int precondition_frequency = 10, int max_precond_dim = 10000,
            bool normalize_grads = false, double init_factor = 0.1, bool using_damping = false,
            bool using_clamping = true, int max_clamp_value = 4000, bool maximize = false) =>
            Make<KLSOAP>(groups, ("lr", lr), ("betas", betas), ("shampoo_beta", shampoo_beta), ("eps", eps),
                ("weight_decay", weight_decay), ("precondition_frequency", precondition_frequency),
                ("max_precond_dim", max_precond_dim), ("normalize_grads", normalize_grads),
                ("init_factor", init_factor), ("using_damping", using_damping),
                ("using_clamping", using_clamping), ("max_clamp_value", max_clamp_value),
                ("maximize", maximize));

        /// <summary><see cref="Functional.LAMB"/> in place.</summary>
        public static Optimizer LAMB(IEnumerable<Parameter> parameters,
            double lr = 1e-3, (double, double)? betas = null, double eps = 1e-6, double weight_decay = 0.01,
            bool bias_correction = true, bool grad_averaging = true, bool trust_clip = false,
            bool always_adapt = false, bool caution = false, bool decoupled_decay = false,
            double? peak_lr = null, bool maximize = false) =>
            LAMB([new ParamGroup(parameters)], lr, betas, eps, weight_decay, bias_correction, grad_averaging,
                trust_clip, always_adapt, caution, decoupled_decay, peak_lr, maximize);

        /// <summary><see cref="Functional.LAMB"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer LAMB(IEnumerable<ParamGroup> groups,
            double lr = 1e-3, (double, double)? betas = null, double eps = 1e-6, double weight_decay = 0.01,
            bool bias_correction = true, bool grad_averaging = true, bool trust_clip = false,
            bool always_adapt = false, bool caution = false, bool decoupled_decay = false,
            double? peak_lr = null, bool maximize = false) =>
            Make<LAMB>(groups, ("lr", lr), ("betas", betas), ("eps", eps), ("weight_decay", weight_decay),
                ("bias_correction", bias_correction), ("grad_averaging", grad_averaging),
                ("trust_clip", trust_clip), ("always_adapt", always_adapt), ("caution", caution),
                ("decoupled_decay", decoupled_decay), ("peak_lr", peak_lr), ("maximize", maximize));

        /// <summary><see cref="Functional.LARS"/> in place.</summary>
        public static Optimizer LARS(IEnumerable<Parameter> parameters,
            double lr = 1, double momentum = 0, double dampening = 0, double weight_decay = 0,
            bool nesterov = false, double trust_coeff = 1e-3, double eps = 1e-8, bool trust_clip = false,
            bool always_adapt = false, bool maximize = false) =>
            LARS([new ParamGroup(parameters)], lr, momentum, dampening, weight_decay, nesterov, trust_coeff,
                eps, trust_clip, always_adapt, maximize);

        /// <summary><see cref="Functional.LARS"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer LARS(IEnumerable<ParamGroup> groups,
            double lr = 1, double momentum = 0, double dampening = 0, double weight_decay = 0,
            bool nesterov = false, double trust_coeff = 1e-3, double eps = 1e-8, bool trust_clip = false,
            bool always_adapt = false, bool maximize = false) =>
            Make<LARS>(groups, ("lr", lr), ("momentum", momentum), ("dampening", dampening),
                ("weight_decay", weight_decay), ("nesterov", nesterov), ("trust_coeff", trust_coeff),
                ("eps", eps), ("trust_clip", trust_clip), ("always_adapt", always_adapt),
                ("maximize", maximize));

        /// <summary><see cref="Functional.LBFGS"/> in place.</summary>
        public static Optimizer LBFGS(IEnumerable<Parameter> parameters,
            double lr = 1, int max_iter = 20, int? max_eval = null, double tolerance_grad = 1e-5,
            double tolerance_change = 1e-9, int history_size = 100, string? line_search_fn = null,
            bool maximize = false, bool relative = false) =>
            LBFGS([new ParamGroup(parameters)], lr, max_iter, max_eval, tolerance_grad, tolerance_change,
                history_size, line_search_fn, maximize, relative);

        /// <summary><see cref="Functional.LBFGS"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer LBFGS(IEnumerable<ParamGroup> groups,
            double lr = 1, int max_iter = 20, int? max_eval = null, double tolerance_grad = 1e-5,
            double tolerance_change = 1e-9, int history_size = 100, string? line_search_fn = null,
            bool maximize = false, bool relative = false) =>
            Make<LBFGS>(groups, ("lr", lr), ("max_iter", max_iter), ("max_eval", max_eval),
                ("tolerance_grad", tolerance_grad), ("tolerance_change", tolerance_change),
                ("history_size", history_size), ("line_search_fn", line_search_fn), ("maximize", maximize),
                ("relative", relative));

        /// <summary><see cref="Functional.Lion"/> in place.</summary>
        public static Optimizer Lion(IEnumerable<Parameter> parameters,
            double lr = 1e-4, (double, double)? betas = null, double weight_decay = 0,
            bool maximize = false) =>
            Lion([new ParamGroup(parameters)], lr, betas, weight_decay, maximize);

        /// <summary><see cref="Functional.Lion"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer Lion(IEnumerable<ParamGroup> groups,
            double lr = 1e-4, (double, double)? betas = null, double weight_decay = 0,
            bool maximize = false) =>
            Make<Lion>(groups, ("lr", lr), ("betas", betas), ("weight_decay", weight_decay),
                ("maximize", maximize));

        /// <summary><see cref="Functional.MARS"/> in place.</summary>
        public static Optimizer MARS(IEnumerable<Parameter> parameters,
            double lr = 3e-3, (double, double)? betas = null, double eps = 1e-8, double weight_decay = 0,
            bool amsgrad = false, double gamma = 0.025, bool is_approx = true,
            string mars_type = "mars-adamw", bool optimize_1d = false, double lr_1d_factor = 1,
            (double, double)? betas_1d = null, double weight_decay_1d = 0.1, bool maximize = false) =>
            MARS([new ParamGroup(parameters)], lr, betas, eps, weight_decay, amsgrad, gamma, is_approx,
                mars_type, optimize_1d, lr_1d_factor, betas_1d, weight_decay_1d, maximize);

        /// <summary><see cref="Functional.MARS"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer MARS(IEnumerable<ParamGroup> groups,
            double lr = 3e-3, (double, double)? betas = null, double eps = 1e-8, double weight_decay = 0,
            bool amsgrad = false, double gamma = 0.025, bool is_approx = true,
            string mars_type = "mars-adamw", bool optimize_1d = false, double lr_1d_factor = 1,
            (double, double)? betas_1d = null, double weight_decay_1d = 0.1, bool maximize = false) =>
            Make<MARS>(groups, ("lr", lr), ("betas", betas), ("eps", eps), ("weight_decay", weight_decay),
                ("amsgrad", amsgrad), ("gamma", gamma), ("is_approx", is_approx), ("mars_type", mars_type),
                ("optimize_1d", optimize_1d), ("lr_1d_factor", lr_1d_factor), ("betas_1d", betas_1d),
                ("weight_decay_1d", weight_decay_1d), ("maximize", maximize));

        /// <summary><see cref="Functional.Muon"/> in place.</summary>
        public static Optimizer Muon(IEnumerable<Parameter> parameters,
            double lr = 1e-3, double weight_decay = 0.1, double momentum = 0.95, bool nesterov = true,
            (double, double, double)? ns_coefficients = null, double eps = 1e-7, int ns_steps = 5,
            string? adjust_lr_fn = null, string? coefficients = null, string? weight_decay_method = null,
            string? matrices = null, BlockSizes? split_sizes = null, bool maximize = false) =>
            Muon([new ParamGroup(parameters)], lr, weight_decay, momentum, nesterov, ns_coefficients, eps,
                ns_steps, adjust_lr_fn, coefficients, weight_decay_method, matrices, split_sizes, maximize);

        /// <summary><see cref="Functional.Muon"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer Muon(IEnumerable<ParamGroup> groups,
            double lr = 1e-3, double weight_decay = 0.1, double momentum = 0.95, bool nesterov = true,
            (double, double, double)? ns_coefficients = null, double eps = 1e-7, int ns_steps = 5,
            string? adjust_lr_fn = null, string? coefficients = null, string? weight_decay_method = null,
            string? matrices = null, BlockSizes? split_sizes = null, bool maximize = false) =>
            Make<Muon>(groups, ("lr", lr), ("weight_decay", weight_decay), ("momentum", momentum),
                ("nesterov", nesterov), ("ns_coefficients", ns_coefficients), ("eps", eps),
                ("ns_steps", ns_steps), ("adjust_lr_fn", adjust_lr_fn), ("coefficients", coefficients),
                ("weight_decay_method", weight_decay_method), ("matrices", matrices),
                ("split_sizes", split_sizes), ("maximize", maximize));

        /// <summary><see cref="Functional.NAdam"/> in place.</summary>
        public static Optimizer NAdam(IEnumerable<Parameter> parameters,
            double lr = 2e-3, (double, double)? betas = null, double eps = 1e-8, double weight_decay = 0,
            double momentum_decay = 4e-3, bool decoupled_weight_decay = false, bool maximize = false) =>
            NAdam([new ParamGroup(parameters)], lr, betas, eps, weight_decay, momentum_decay,
                decoupled_weight_decay, maximize);

        /// <summary><see cref="Functional.NAdam"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer NAdam(IEnumerable<ParamGroup> groups,
            double lr = 2e-3, (double, double)? betas = null, double eps = 1e-8, double weight_decay = 0,
            double momentum_decay = 4e-3, bool decoupled_weight_decay = false, bool maximize = false) =>
            Make<NAdam>(groups, ("lr", lr), ("betas", betas), ("eps", eps), ("weight_decay", weight_decay),
                ("momentum_decay", momentum_decay), ("decoupled_weight_decay", decoupled_weight_decay),
                ("maximize", maximize));

        /// <summary><see cref="Functional.NAdamW"/> in place.</summary>
        public static Optimizer NAdamW(IEnumerable<Parameter> parameters,
            double lr = 2e-3, (double, double)? betas = null, double eps = 1e-8, double weight_decay = 0.01,
            double momentum_decay = 4e-3, bool maximize = false) =>
            NAdamW([new ParamGroup(parameters)], lr, betas, eps, weight_decay, momentum_decay, maximize);

        /// <summary><see cref="Functional.NAdamW"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer NAdamW(IEnumerable<ParamGroup> groups,
            double lr = 2e-3, (double, double)? betas = null, double eps = 1e-8, double weight_decay = 0.01,
            double momentum_decay = 4e-3, bool maximize = false) =>
            Make<NAdamW>(groups, ("lr", lr), ("betas", betas), ("eps", eps), ("weight_decay", weight_decay),
                ("momentum_decay", momentum_decay), ("maximize", maximize));

        /// <summary><see cref="Functional.NAMO"/> in place.</summary>
        public static Optimizer NAMO(IEnumerable<Parameter> parameters,
            double lr = 3e-4, double weight_decay = 0.01, double momentum = 0.95, double beta2 = 0.95,
            bool nesterov = false, double eps = 1e-8, double ns_eps = 1e-15, int ns_steps = 5,
            string adjust_lr_fn = "spectral", string coefficients = "quintic", bool maximize = false) =>
            NAMO([new ParamGroup(parameters)], lr, weight_decay, momentum, beta2, nesterov, eps, ns_eps,
                ns_steps, adjust_lr_fn, coefficients, maximize);

        /// <summary><see cref="Functional.NAMO"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer NAMO(IEnumerable<ParamGroup> groups,
            double lr = 3e-4, double weight_decay = 0.01, double momentum = 0.95, double beta2 = 0.95,
            bool nesterov = false, double eps = 1e-8, double ns_eps = 1e-15, int ns_steps = 5,
            string adjust_lr_fn = "spectral", string coefficients = "quintic", bool maximize = false) =>
            Make<NAMO>(groups, ("lr", lr), ("weight_decay", weight_decay), ("momentum", momentum),
                ("beta2", beta2), ("nesterov", nesterov), ("eps", eps), ("ns_eps", ns_eps),
                ("ns_steps", ns_steps), ("adjust_lr_fn", adjust_lr_fn), ("coefficients", coefficients),
                ("maximize", maximize));

        /// <summary><see cref="Functional.NorMuon"/> in place.</summary>
        public static Optimizer NorMuon(IEnumerable<Parameter> parameters,
            double lr = 0.01, double weight_decay = 0.01, double momentum = 0.95, double beta2 = 0.95,
            bool nesterov = false, double eps = 1e-8, int ns_steps = 5,
            string adjust_lr_fn = "spectral_unclamped", string coefficients = "polar_express",
            string? weight_decay_method = null, string? matrices = null, BlockSizes? split_sizes = null,
            bool maximize = false) =>
            NorMuon([new ParamGroup(parameters)], lr, weight_decay, momentum, beta2, nesterov, eps, ns_steps,
                adjust_lr_fn, coefficients, weight_decay_method, matrices, split_sizes, maximize);

        /// <summary><see cref="Functional.NorMuon"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer NorMuon(IEnumerable<ParamGroup> groups,
            double lr = 0.01, double weight_decay = 0.01, double momentum = 0.95, double beta2 = 0.95,
            bool nesterov = false, double eps = 1e-8, int ns_steps = 5,
            string adjust_lr_fn = "spectral_unclamped", string coefficients = "polar_express",
            string? weight_decay_method = null, string? matrices = null, BlockSizes? split_sizes = null,
            bool maximize = false) =>
            Make<NorMuon>(groups, ("lr", lr), ("weight_decay", weight_decay), ("momentum", momentum),
                ("beta2", beta2), ("nesterov", nesterov), ("eps", eps), ("ns_steps", ns_steps),
                ("adjust_lr_fn", adjust_lr_fn), ("coefficients", coefficients),
                ("weight_decay_method", weight_decay_method), ("matrices", matrices),
                ("split_sizes", split_sizes), ("maximize", maximize));

        /// <summary><see cref="Functional.Prodigy"/> in place.</summary>
        public static Optimizer Prodigy(IEnumerable<Parameter> parameters,
            double lr = 1, (double, double)? betas = null, double? beta3 = null, double eps = 1e-8,
            double weight_decay = 0, bool decouple = true, bool use_bias_correction = false,
            bool safeguard_warmup = false, double d0 = 1e-6, double d_coef = 1,
            double growth_rate = double.PositiveInfinity, bool maximize = false) =>
            Prodigy([new ParamGroup(parameters)], lr, betas, beta3, eps, weight_decay, decouple,
                use_bias_correction, safeguard_warmup, d0, d_coef, growth_rate, maximize);

        /// <summary><see cref="Functional.Prodigy"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer Prodigy(IEnumerable<ParamGroup> groups,
            double lr = 1, (double, double)? betas = null, double? beta3 = null, double eps = 1e-8,
            double weight_decay = 0, bool decouple = true, bool use_bias_correction = false,
            bool safeguard_warmup = false, double d0 = 1e-6, double d_coef = 1,
            double growth_rate = double.PositiveInfinity, bool maximize = false) =>
            Make<Prodigy>(groups, ("lr", lr), ("betas", betas), ("beta3", beta3), ("eps", eps),
                ("weight_decay", weight_decay), ("decouple", decouple),
                ("use_bias_correction", use_bias_correction), ("safeguard_warmup", safeguard_warmup),
                ("d0", d0), ("d_coef", d_coef), ("growth_rate", growth_rate), ("maximize", maximize));

        /// <summary><see cref="Functional.PSGDKron"/> in place.</summary>
        public static Optimizer PSGDKron(IEnumerable<Parameter> parameters,
            double lr = 3e-4, double b1 = 0.9, double weight_decay = 0,
            double? preconditioner_update_probability = null, int max_size_triangular = 8192,
            int min_ndim_triangular = 2, string? memory_save_mode = null,
            bool momentum_into_precond_update = true, double precond_lr = 0.1, double precond_init_scale = 1,
            bool merge_dims = true, int balance_frequency = 100, int noise_seed = 0, bool maximize = false) =>
            PSGDKron([new ParamGroup(parameters)], lr, b1, weight_decay, preconditioner_update_probability,
                max_size_triangular, min_ndim_triangular, memory_save_mode, momentum_into_precond_update,
                precond_lr, precond_init_scale, merge_dims, balance_frequency, noise_seed, maximize);

        /// <summary><see cref="Functional.PSGDKron"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer PSGDKron(IEnumerable<ParamGroup> groups,
            double lr = 3e-4, double b1 = 0.9, double weight_decay = 0,
            double? preconditioner_update_probability = null, int max_size_triangular = 8192,
            int min_ndim_triangular = 2, string? memory_save_mode = null,
            bool momentum_into_precond_update = true, double precond_lr = 0.1, double precond_init_scale = 1,
            bool merge_dims = true, int balance_frequency = 100, int noise_seed = 0, bool maximize = false) =>
            Make<PSGDKron>(groups, ("lr", lr), ("b1", b1), ("weight_decay", weight_decay),
                ("preconditioner_update_probability", preconditioner_update_probability),
                ("max_size_triangular", max_size_triangular), ("min_ndim_triangular", min_ndim_triangular),
                ("memory_save_mode", memory_save_mode),
                ("momentum_into_precond_update", momentum_into_precond_update), ("precond_lr", precond_lr),
                ("precond_init_scale", precond_init_scale), ("merge_dims", merge_dims),
                ("balance_frequency", balance_frequency), ("noise_seed", noise_seed), ("maximize", maximize));

        /// <summary><see cref="Functional.RAdam"/> in place.</summary>
        public static Optimizer RAdam(IEnumerable<Parameter> parameters,
            double lr = 1e-3, (double, double)? betas = null, double eps = 1e-8, double weight_decay = 0,
            bool decoupled_weight_decay = false, bool maximize = false) =>
            RAdam([new ParamGroup(parameters)], lr, betas, eps, weight_decay, decoupled_weight_decay,
                maximize);

        /// <summary><see cref="Functional.RAdam"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer RAdam(IEnumerable<ParamGroup> groups,
            double lr = 1e-3, (double, double)? betas = null, double eps = 1e-8, double weight_decay = 0,
            bool decoupled_weight_decay = false, bool maximize = false) =>
            Make<RAdam>(groups, ("lr", lr), ("betas", betas), ("eps", eps), ("weight_decay", weight_decay),
                ("decoupled_weight_decay", decoupled_weight_decay), ("maximize", maximize));

        /// <summary><see cref="Functional.RMSprop"/> in place.</summary>
        public static Optimizer RMSprop(IEnumerable<Parameter> parameters,
            double lr = 0.01, double alpha = 0.99, double eps = 1e-8, double weight_decay = 0,
            double momentum = 0, bool centered = false, bool maximize = false) =>
            RMSprop([new ParamGroup(parameters)], lr, alpha, eps, weight_decay, momentum, centered, maximize);

        /// <summary><see cref="Functional.RMSprop"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer RMSprop(IEnumerable<ParamGroup> groups,
            double lr = 0.01, double alpha = 0.99, double eps = 1e-8, double weight_decay = 0,
            double momentum = 0, bool centered = false, bool maximize = false) =>
            Make<RMSprop>(groups, ("lr", lr), ("alpha", alpha), ("eps", eps), ("weight_decay", weight_decay),
                ("momentum", momentum), ("centered", centered), ("maximize", maximize));

        /// <summary><see cref="Functional.Rprop"/> in place.</summary>
        public static Optimizer Rprop(IEnumerable<Parameter> parameters,
            double lr = 0.01, (double, double)? etas = null, (double, double)? step_sizes = null,
            bool maximize = false) =>
            Rprop([new ParamGroup(parameters)], lr, etas, step_sizes, maximize);

        /// <summary><see cref="Functional.Rprop"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer Rprop(IEnumerable<ParamGroup> groups,
            double lr = 0.01, (double, double)? etas = null, (double, double)? step_sizes = null,
            bool maximize = false) =>
            Make<Rprop>(groups, ("lr", lr), ("etas", etas), ("step_sizes", step_sizes),
                ("maximize", maximize));

        /// <summary><see cref="Functional.ScheduleFreeAdamW"/> in place.</summary>
        public static Optimizer ScheduleFreeAdamW(IEnumerable<Parameter> parameters,
            double lr = 2.5e-3, (double, double)? betas = null, double eps = 1e-8, double weight_decay = 0,
            int warmup_steps = 0, double r = 0, double weight_lr_power = 2, double inner_momentum = 0,
            bool maximize = false) =>
            ScheduleFreeAdamW([new ParamGroup(parameters)], lr, betas, eps, weight_decay, warmup_steps, r,
                weight_lr_power, inner_momentum, maximize);

        /// <summary><see cref="Functional.ScheduleFreeAdamW"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer ScheduleFreeAdamW(IEnumerable<ParamGroup> groups,
            double lr = 2.5e-3, (double, double)? betas = null, double eps = 1e-8, double weight_decay = 0,
            int warmup_steps = 0, double r = 0, double weight_lr_power = 2, double inner_momentum = 0,
            bool maximize = false) =>
            Make<ScheduleFreeAdamW>(groups, ("lr", lr), ("betas", betas), ("eps", eps),
                ("weight_decay", weight_decay), ("warmup_steps", warmup_steps), ("r", r),
                ("weight_lr_power", weight_lr_power), ("inner_momentum", inner_momentum),
                ("maximize", maximize));

        /// <summary><see cref="Functional.ScheduleFreeSGD"/> in place.</summary>
        public static Optimizer ScheduleFreeSGD(IEnumerable<Parameter> parameters,
            double lr = 1, double momentum = 0.9, double weight_decay = 0, int warmup_steps = 0,
            double r = 0, double weight_lr_power = 2, bool maximize = false) =>
            ScheduleFreeSGD([new ParamGroup(parameters)], lr, momentum, weight_decay, warmup_steps, r,
                weight_lr_power, maximize);

        /// <summary><see cref="Functional.ScheduleFreeSGD"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer ScheduleFreeSGD(IEnumerable<ParamGroup> groups,
            double lr = 1, double momentum = 0.9, double weight_decay = 0, int warmup_steps = 0,
            double r = 0, double weight_lr_power = 2, bool maximize = false) =>
            Make<ScheduleFreeSGD>(groups, ("lr", lr), ("momentum", momentum), ("weight_decay", weight_decay),
                ("warmup_steps", warmup_steps), ("r", r), ("weight_lr_power", weight_lr_power),
                ("maximize", maximize));

        /// <summary><see cref="Functional.SGD"/> in place.</summary>
        public static Optimizer SGD(IEnumerable<Parameter> parameters,
            double lr, double momentum = 0, double dampening = 0, double weight_decay = 0,
            bool nesterov = false, bool maximize = false) =>
            SGD([new ParamGroup(parameters)], lr, momentum, dampening, weight_decay, nesterov, maximize);

        /// <summary><see cref="Functional.SGD"/> in place, with options per group.
        /// A group needs lr of its own where none is given here.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer SGD(IEnumerable<ParamGroup> groups,
            double? lr = null, double momentum = 0, double dampening = 0, double weight_decay = 0,
            bool nesterov = false, bool maximize = false) =>
            Make<SGD>(groups, ("lr", lr), ("momentum", momentum), ("dampening", dampening),
                ("weight_decay", weight_decay), ("nesterov", nesterov), ("maximize", maximize));

        /// <summary><see cref="Functional.Shampoo"/> in place.</summary>
        public static Optimizer Shampoo(IEnumerable<Parameter> parameters,
            double lr = 0.01, (double, double)? betas = null, double beta3 = -1, double epsilon = 1e-12,
            double weight_decay = 0, string? weight_decay_type = null, double? peak_lr = null,
            int max_preconditioner_dim = 1024, int target_parameter_dimensionality = 1,
            int precondition_frequency = 1, int start_preconditioning_step = -1,
            bool use_bias_correction = true, (double?, double?)? inverse_exponent_override = null,
            bool kl = false, string? grafting = null, double grafting_beta2 = 0.99,
            double grafting_epsilon = 1e-8, bool maximize = false) =>
            Shampoo([new ParamGroup(parameters)], lr, betas, beta3, epsilon, weight_decay, weight_decay_type,
                peak_lr, max_preconditioner_dim, target_parameter_dimensionality, precondition_frequency,
                start_preconditioning_step, use_bias_correction, inverse_exponent_override, kl, grafting,
                grafting_beta2, grafting_epsilon, maximize);

        /// <summary><see cref="Functional.Shampoo"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer Shampoo(IEnumerable<ParamGroup> groups,
            double lr = 0.01, (double, double)? betas = null, double beta3 = -1, double epsilon = 1e-12,
            double weight_decay = 0, string? weight_decay_type = null, double? peak_lr = null,
            int max_preconditioner_dim = 1024, int target_parameter_dimensionality = 1,
            int precondition_frequency = 1, int start_preconditioning_step = -1,
            bool use_bias_correction = true, (double?, double?)? inverse_exponent_override = null,
            bool kl = false, string? grafting = null, double grafting_beta2 = 0.99,
            double grafting_epsilon = 1e-8, bool maximize = false) =>
            Make<Shampoo>(groups, ("lr", lr), ("betas", betas), ("beta3", beta3), ("epsilon", epsilon),
                ("weight_decay", weight_decay), ("weight_decay_type", weight_decay_type),
                ("peak_lr", peak_lr), ("max_preconditioner_dim", max_preconditioner_dim),
                ("target_parameter_dimensionality", target_parameter_dimensionality),
                ("precondition_frequency", precondition_frequency),
                ("start_preconditioning_step", start_preconditioning_step),
                ("use_bias_correction", use_bias_correction),
                ("inverse_exponent_override", inverse_exponent_override), ("kl", kl), ("grafting", grafting),
                ("grafting_beta2", grafting_beta2), ("grafting_epsilon", grafting_epsilon),
                ("maximize", maximize));

        /// <summary><see cref="Functional.SOAP"/> in place.</summary>
        public static Optimizer SOAP(IEnumerable<Parameter> parameters,
            double lr = 3e-3, (double, double)? betas = null, double shampoo_beta = -1, double eps = 1e-8,
            double weight_decay = 0.01, int precondition_frequency = 10, int max_precond_dim = 10000,
            bool merge_dims = false, bool precondition_1d = false, bool normalize_grads = false,
            bool correct_bias = true, bool maximize = false) =>
            SOAP([new ParamGroup(parameters)], lr, betas, shampoo_beta, eps, weight_decay,
                precondition_frequency, max_precond_dim, merge_dims, precondition_1d, normalize_grads,
                correct_bias, maximize);

        /// <summary><see cref="Functional.SOAP"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer SOAP(IEnumerable<ParamGroup> groups,
            double lr = 3e-3, (double, double)? betas = null, double shampoo_beta = -1, double eps = 1e-8,
            double weight_decay = 0.01, int precondition_frequency = 10, int max_precond_dim = 10000,
            bool merge_dims = false, bool precondition_1d = false, bool normalize_grads = false,
            bool correct_bias = true, bool maximize = false) =>
            Make<SOAP>(groups, ("lr", lr), ("betas", betas), ("shampoo_beta", shampoo_beta), ("eps", eps),
                ("weight_decay", weight_decay), ("precondition_frequency", precondition_frequency),
                ("max_precond_dim", max_precond_dim), ("merge_dims", merge_dims),
                ("precondition_1d", precondition_1d), ("normalize_grads", normalize_grads),
                ("correct_bias", correct_bias), ("maximize", maximize));

        /// <summary><see cref="Functional.SophiaG"/> in place.</summary>
        public static Optimizer SophiaG(IEnumerable<Parameter> parameters,
            double lr = 1e-4, (double, double)? betas = null, double rho = 0.04, double weight_decay = 0.1,
            double bs = 5120, double eps = 1e-15, int? hessian_every = null, bool maximize = false) =>
            SophiaG([new ParamGroup(parameters)], lr, betas, rho, weight_decay, bs, eps, hessian_every,
                maximize);

        /// <summary><see cref="Functional.SophiaG"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer SophiaG(IEnumerable<ParamGroup> groups,
            double lr = 1e-4, (double, double)? betas = null, double rho = 0.04, double weight_decay = 0.1,
            double bs = 5120, double eps = 1e-15, int? hessian_every = null, bool maximize = false) =>
            Make<SophiaG>(groups, ("lr", lr), ("betas", betas), ("rho", rho), ("weight_decay", weight_decay),
                ("bs", bs), ("eps", eps), ("hessian_every", hessian_every), ("maximize", maximize));

        /// <summary><see cref="Functional.SparseAdam"/> in place.</summary>
        public static Optimizer SparseAdam(IEnumerable<Parameter> parameters,
            double lr = 1e-3, (double, double)? betas = null, double eps = 1e-8, bool maximize = false) =>
            SparseAdam([new ParamGroup(parameters)], lr, betas, eps, maximize);

        /// <summary><see cref="Functional.SparseAdam"/> in place, with options per group.</summary>
        [OverloadResolutionPriority(1)]
        public static Optimizer SparseAdam(IEnumerable<ParamGroup> groups,
            double lr = 1e-3, (double, double)? betas = null, double eps = 1e-8, bool maximize = false) =>
            Make<SparseAdam>(groups, ("lr", lr), ("betas", betas), ("eps", eps), ("maximize", maximize));
    }
}
