using TorchSharp;

namespace Optim.Functional;

// Written from the registry: OPTIM_UPDATE=1 ./build.sh test writes it anew.
public static partial class ModuleOptimizers
{
    /// <summary><see cref="Functional.AdaBelief"/> of the module's parameters.</summary>
    public static TorchOptimizer AdaBelief(this torch.nn.Module module,
        double lr = 1e-3, (double, double)? betas = null, double eps = 1e-16, double weight_decay = 0,
        bool amsgrad = false, bool weight_decouple = true, bool fixed_decay = false, bool rectify = true,
        bool degenerated_to_sgd = true, bool maximize = false) =>
        Made(module, groups => Torch.optim.AdaBelief(groups, lr, betas, eps, weight_decay, amsgrad,
            weight_decouple, fixed_decay, rectify, degenerated_to_sgd, maximize));

    /// <summary><see cref="Functional.Adadelta"/> of the module's parameters.</summary>
    public static TorchOptimizer Adadelta(this torch.nn.Module module,
        double lr = 1, double rho = 0.9, double eps = 1e-6, double weight_decay = 0,
        bool maximize = false) =>
        Made(module, groups => Torch.optim.Adadelta(groups, lr, rho, eps, weight_decay, maximize));

    /// <summary><see cref="Functional.Adafactor"/> of the module's parameters.</summary>
    public static TorchOptimizer Adafactor(this torch.nn.Module module,
        double lr = 0.01, double beta2_decay = -0.8, (double?, double)? eps = null, double d = 1,
        double weight_decay = 0, bool maximize = false) =>
        Made(module, groups => Torch.optim.Adafactor(groups, lr, beta2_decay, eps, d, weight_decay,
            maximize));

    /// <summary><see cref="Functional.Adagrad"/> of the module's parameters.</summary>
    public static TorchOptimizer Adagrad(this torch.nn.Module module,
        double lr = 0.01, double lr_decay = 0, double weight_decay = 0,
        double initial_accumulator_value = 0, double eps = 1e-10, bool maximize = false) =>
        Made(module, groups => Torch.optim.Adagrad(groups, lr, lr_decay, weight_decay,
            initial_accumulator_value, eps, maximize));

    /// <summary><see cref="Functional.Adam"/> of the module's parameters.</summary>
    public static TorchOptimizer Adam(this torch.nn.Module module,
        double lr = 1e-3, (double, double)? betas = null, double eps = 1e-8, double weight_decay = 0,
        bool amsgrad = false, bool maximize = false, bool decoupled_weight_decay = false) =>
        Made(module, groups => Torch.optim.Adam(groups, lr, betas, eps, weight_decay, amsgrad, maximize,
            decoupled_weight_decay));

    /// <summary><see cref="Functional.Adamax"/> of the module's parameters.</summary>
    public static TorchOptimizer Adamax(this torch.nn.Module module,
        double lr = 2e-3, (double, double)? betas = null, double eps = 1e-8, double weight_decay = 0,
        bool maximize = false) =>
        Made(module, groups => Torch.optim.Adamax(groups, lr, betas, eps, weight_decay, maximize));

    /// <summary><see cref="Functional.AdaMuon"/> of the module's parameters.</summary>
    public static TorchOptimizer AdaMuon(this torch.nn.Module module,
        double lr = 3e-4, double weight_decay = 0.01, double momentum = 0.95, double beta2 = 0.95,
        bool nesterov = false, double eps = 1e-8, double ns_eps = 1e-15, int ns_steps = 5,
        string adjust_lr_fn = "spectral", string coefficients = "quintic", bool maximize = false) =>
        Made(module, groups => Torch.optim.AdaMuon(groups, lr, weight_decay, momentum, beta2, nesterov,
            eps, ns_eps, ns_steps, adjust_lr_fn, coefficients, maximize));

    /// <summary><see cref="Functional.AdamW"/> of the module's parameters.</summary>
    public static TorchOptimizer AdamW(this torch.nn.Module module,
        double lr = 1e-3, (double, double)? betas = null, double eps = 1e-8, double weight_decay = 0.01,
        bool amsgrad = false, bool maximize = false) =>
        Made(module, groups => Torch.optim.AdamW(groups, lr, betas, eps, weight_decay, amsgrad,
            maximize));

    /// <summary><see cref="Functional.Adan"/> of the module's parameters.</summary>
    public static TorchOptimizer Adan(this torch.nn.Module module,
        double lr = 1e-3, (double, double, double)? betas = null, double eps = 1e-8,
        double weight_decay = 0, bool no_prox = false, bool maximize = false) =>
        Made(module, groups => Torch.optim.Adan(groups, lr, betas, eps, weight_decay, no_prox, maximize));

    /// <summary><see cref="Functional.AdEMAMix"/> of the module's parameters.</summary>
    public static TorchOptimizer AdEMAMix(this torch.nn.Module module,
        double lr = 1e-3, (double, double, double)? betas = null, double alpha = 2,
        int? beta3_warmup = null, int? alpha_warmup = null, double eps = 1e-8, double weight_decay = 0,
        bool maximize = false) =>
        Made(module, groups => Torch.optim.AdEMAMix(groups, lr, betas, alpha, beta3_warmup, alpha_warmup,
            eps, weight_decay, maximize));

    /// <summary><see cref="Functional.ADOPT"/> of the module's parameters.</summary>
    public static TorchOptimizer ADOPT(this torch.nn.Module module,
        double lr = 1e-3, (double, double)? betas = null, double eps = 1e-6, double clip_lambda = 1,
        double clip_exponent = 0.25, double weight_decay = 0, bool decouple = false,
        bool maximize = false) =>
        Made(module, groups => Torch.optim.ADOPT(groups, lr, betas, eps, clip_lambda, clip_exponent,
            weight_decay, decouple, maximize));

    /// <summary><see cref="Functional.ASGD"/> of the module's parameters.</summary>
    public static TorchOptimizer ASGD(this torch.nn.Module module,
        double lr = 0.01, double lambd = 1e-4, double alpha = 0.75, double t0 = 1e6,
        double weight_decay = 0, bool maximize = false) =>
        Made(module, groups => Torch.optim.ASGD(groups, lr, lambd, alpha, t0, weight_decay, maximize));

    /// <summary><see cref="Functional.KLSOAP"/> of the module's parameters.</summary>
    public static TorchOptimizer KLSOAP(this torch.nn.Module module,
        double lr = 1e-4, (double, double)? betas = null, double shampoo_beta = -1, double eps = 1e-8,
        double weight_decay = 0.01, int precondition_frequency = 10, int max_precond_dim = 10000,
        bool normalize_grads = false, double init_factor = 0.1, bool using_damping = false,
        bool using_clamping = true, int max_clamp_value = 4000, bool maximize = false) =>
        Made(module, groups => Torch.optim.KLSOAP(groups, lr, betas, shampoo_beta, eps, weight_decay,
            precondition_frequency, max_precond_dim, normalize_grads, init_factor, using_damping,
            using_clamping, max_clamp_value, maximize));

    /// <summary><see cref="Functional.LAMB"/> of the module's parameters.</summary>
    public static TorchOptimizer LAMB(this torch.nn.Module module,
        double lr = 1e-3, (double, double)? betas = null, double eps = 1e-6, double weight_decay = 0.01,
        bool bias_correction = true, bool grad_averaging = true, bool trust_clip = false,
        bool always_adapt = false, bool caution = false, bool decoupled_decay = false,
        double? peak_lr = null, bool maximize = false) =>
        Made(module, groups => Torch.optim.LAMB(groups, lr, betas, eps, weight_decay, bias_correction,
            grad_averaging, trust_clip, always_adapt, caution, decoupled_decay, peak_lr, maximize));

    /// <summary><see cref="Functional.LARS"/> of the module's parameters.</summary>
    public static TorchOptimizer LARS(this torch.nn.Module module,
        double lr = 1, double momentum = 0, double dampening = 0, double weight_decay = 0,
        bool nesterov = false, double trust_coeff = 1e-3, double eps = 1e-8, bool trust_clip = false,
        bool always_adapt = false, bool maximize = false) =>
        Made(module, groups => Torch.optim.LARS(groups, lr, momentum, dampening, weight_decay, nesterov,
            trust_coeff, eps, trust_clip, always_adapt, maximize));

    /// <summary><see cref="Functional.LBFGS"/> of the module's parameters.</summary>
    public static TorchOptimizer LBFGS(this torch.nn.Module module,
        double lr = 1, int max_iter = 20, int? max_eval = null, double tolerance_grad = 1e-5,
        double tolerance_change = 1e-9, int history_size = 100, string? line_search_fn = null,
        bool maximize = false, bool relative = false) =>
        Made(module, groups => Torch.optim.LBFGS(groups, lr, max_iter, max_eval, tolerance_grad,
            tolerance_change, history_size, line_search_fn, maximize, relative));

    /// <summary><see cref="Functional.Lion"/> of the module's parameters.</summary>
    public static TorchOptimizer Lion(this torch.nn.Module module,
        double lr = 1e-4, (double, double)? betas = null, double weight_decay = 0,
        bool maximize = false) =>
        Made(module, groups => Torch.optim.Lion(groups, lr, betas, weight_decay, maximize));

    /// <summary><see cref="Functional.MARS"/> of the module's parameters.</summary>
    public static TorchOptimizer MARS(this torch.nn.Module module,
        double lr = 3e-3, (double, double)? betas = null, double eps = 1e-8, double weight_decay = 0,
        bool amsgrad = false, double gamma = 0.025, bool is_approx = true,
        string mars_type = "mars-adamw", bool optimize_1d = false, double lr_1d_factor = 1,
        (double, double)? betas_1d = null, double weight_decay_1d = 0.1, bool maximize = false) =>
        Made(module, groups => Torch.optim.MARS(groups, lr, betas, eps, weight_decay, amsgrad, gamma,
            is_approx, mars_type, optimize_1d, lr_1d_factor, betas_1d, weight_decay_1d, maximize));

    /// <summary><see cref="Functional.Muon"/> of the module's parameters.</summary>
    public static TorchOptimizer Muon(this torch.nn.Module module,
        double lr = 1e-3, double weight_decay = 0.1, double momentum = 0.95, bool nesterov = true,
        (double, double, double)? ns_coefficients = null, double eps = 1e-7, int ns_steps = 5,
        string? adjust_lr_fn = null, string? coefficients = null, string? weight_decay_method = null,
        string? matrices = null, BlockSizes? split_sizes = null, bool maximize = false) =>
        Made(module, groups => Torch.optim.Muon(groups, lr, weight_decay, momentum, nesterov,
            ns_coefficients, eps, ns_steps, adjust_lr_fn, coefficients, weight_decay_method, matrices,
            split_sizes, maximize));

    /// <summary><see cref="Functional.NAdam"/> of the module's parameters.</summary>
    public static TorchOptimizer NAdam(this torch.nn.Module module,
        double lr = 2e-3, (double, double)? betas = null, double eps = 1e-8, double weight_decay = 0,
        double momentum_decay = 4e-3, bool decoupled_weight_decay = false, bool maximize = false) =>
        Made(module, groups => Torch.optim.NAdam(groups, lr, betas, eps, weight_decay, momentum_decay,
            decoupled_weight_decay, maximize));

    /// <summary><see cref="Functional.NAdamW"/> of the module's parameters.</summary>
    public static TorchOptimizer NAdamW(this torch.nn.Module module,
        double lr = 2e-3, (double, double)? betas = null, double eps = 1e-8, double weight_decay = 0.01,
        double momentum_decay = 4e-3, bool maximize = false) =>
        Made(module, groups => Torch.optim.NAdamW(groups, lr, betas, eps, weight_decay, momentum_decay,
            maximize));

    /// <summary><see cref="Functional.NAMO"/> of the module's parameters.</summary>
    public static TorchOptimizer NAMO(this torch.nn.Module module,
        double lr = 3e-4, double weight_decay = 0.01, double momentum = 0.95, double beta2 = 0.95,
        bool nesterov = false, double eps = 1e-8, double ns_eps = 1e-15, int ns_steps = 5,
        string adjust_lr_fn = "spectral", string coefficients = "quintic", bool maximize = false) =>
        Made(module, groups => Torch.optim.NAMO(groups, lr, weight_decay, momentum, beta2, nesterov, eps,
            ns_eps, ns_steps, adjust_lr_fn, coefficients, maximize));

    /// <summary><see cref="Functional.NorMuon"/> of the module's parameters.</summary>
    public static TorchOptimizer NorMuon(this torch.nn.Module module,
        double lr = 0.01, double weight_decay = 0.01, double momentum = 0.95, double beta2 = 0.95,
        bool nesterov = false, double eps = 1e-8, int ns_steps = 5,
        string adjust_lr_fn = "spectral_unclamped", string coefficients = "polar_express",
        string? weight_decay_method = null, string? matrices = null, BlockSizes? split_sizes = null,
        bool maximize = false) =>
        Made(module, groups => Torch.optim.NorMuon(groups, lr, weight_decay, momentum, beta2, nesterov,
            eps, ns_steps, adjust_lr_fn, coefficients, weight_decay_method, matrices, split_sizes,
            maximize));

    /// <summary><see cref="Functional.Prodigy"/> of the module's parameters.</summary>
    public static TorchOptimizer Prodigy(this torch.nn.Module module,
        double lr = 1, (double, double)? betas = null, double? beta3 = null, double eps = 1e-8,
        double weight_decay = 0, bool decouple = true, bool use_bias_correction = false,
        bool safeguard_warmup = false, double d0 = 1e-6, double d_coef = 1,
        double growth_rate = double.PositiveInfinity, bool maximize = false) =>
        Made(module, groups => Torch.optim.Prodigy(groups, lr, betas, beta3, eps, weight_decay, decouple,
            use_bias_correction, safeguard_warmup, d0, d_coef, growth_rate, maximize));

    /// <summary><see cref="Functional.PSGDKron"/> of the module's parameters.</summary>
    public static TorchOptimizer PSGDKron(this torch.nn.Module module,
        double lr = 3e-4, double b1 = 0.9, double weight_decay = 0,
        double? preconditioner_update_probability = null, int max_size_triangular = 8192,
        int min_ndim_triangular = 2, string? memory_save_mode = null,
        bool momentum_into_precond_update = true, double precond_lr = 0.1, double precond_init_scale = 1,
        bool merge_dims = true, int balance_frequency = 100, int noise_seed = 0, bool maximize = false) =>
        Made(module, groups => Torch.optim.PSGDKron(groups, lr, b1, weight_decay,
            preconditioner_update_probability, max_size_triangular, min_ndim_triangular,
            memory_save_mode, momentum_into_precond_update, precond_lr, precond_init_scale, merge_dims,
            balance_frequency, noise_seed, maximize));

    /// <summary><see cref="Functional.RAdam"/> of the module's parameters.</summary>
    public static TorchOptimizer RAdam(this torch.nn.Module module,
        double lr = 1e-3, (double, double)? betas = null, double eps = 1e-8, double weight_decay = 0,
        bool decoupled_weight_decay = false, bool maximize = false) =>
        Made(module, groups => Torch.optim.RAdam(groups, lr, betas, eps, weight_decay,
            decoupled_weight_decay, maximize));

    /// <summary><see cref="Functional.RMSprop"/> of the module's parameters.</summary>
    public static TorchOptimizer RMSprop(this torch.nn.Module module,
        double lr = 0.01, double alpha = 0.99, double eps = 1e-8, double weight_decay = 0,
        double momentum = 0, bool centered = false, bool maximize = false) =>
        Made(module, groups => Torch.optim.RMSprop(groups, lr, alpha, eps, weight_decay, momentum,
            centered, maximize));

    /// <summary><see cref="Functional.Rprop"/> of the module's parameters.</summary>
    public static TorchOptimizer Rprop(this torch.nn.Module module,
        double lr = 0.01, (double, double)? etas = null, (double, double)? step_sizes = null,
        bool maximize = false) =>
        Made(module, groups => Torch.optim.Rprop(groups, lr, etas, step_sizes, maximize));

    /// <summary><see cref="Functional.ScheduleFreeAdamW"/> of the module's parameters.</summary>
    public static TorchOptimizer ScheduleFreeAdamW(this torch.nn.Module module,
        double lr = 2.5e-3, (double, double)? betas = null, double eps = 1e-8, double weight_decay = 0,
        int warmup_steps = 0, double r = 0, double weight_lr_power = 2, double inner_momentum = 0,
        bool maximize = false) =>
        Made(module, groups => Torch.optim.ScheduleFreeAdamW(groups, lr, betas, eps, weight_decay,
            warmup_steps, r, weight_lr_power, inner_momentum, maximize));

    /// <summary><see cref="Functional.ScheduleFreeSGD"/> of the module's parameters.</summary>
    public static TorchOptimizer ScheduleFreeSGD(this torch.nn.Module module,
        double lr = 1, double momentum = 0.9, double weight_decay = 0, int warmup_steps = 0,
        double r = 0, double weight_lr_power = 2, bool maximize = false) =>
        Made(module, groups => Torch.optim.ScheduleFreeSGD(groups, lr, momentum, weight_decay,
            warmup_steps, r, weight_lr_power, maximize));

    /// <summary><see cref="Functional.SGD"/> of the module's parameters.</summary>
    public static TorchOptimizer SGD(this torch.nn.Module module,
        double lr, double momentum = 0, double dampening = 0, double weight_decay = 0,
        bool nesterov = false, bool maximize = false) =>
        Made(module, groups => Torch.optim.SGD(groups, lr, momentum, dampening, weight_decay, nesterov,
            maximize));

    /// <summary><see cref="Functional.Shampoo"/> of the module's parameters.</summary>
    public static TorchOptimizer Shampoo(this torch.nn.Module module,
        double lr = 0.01, (double, double)? betas = null, double beta3 = -1, double epsilon = 1e-12,
        double weight_decay = 0, string? weight_decay_type = null, double? peak_lr = null,
        int max_preconditioner_dim = 1024, int target_parameter_dimensionality = 1,
        int precondition_frequency = 1, int start_preconditioning_step = -1,
        bool use_bias_correction = true, (double?, double?)? inverse_exponent_override = null,
        bool kl = false, string? grafting = null, double grafting_beta2 = 0.99,
        double grafting_epsilon = 1e-8, bool maximize = false) =>
        Made(module, groups => Torch.optim.Shampoo(groups, lr, betas, beta3, epsilon, weight_decay,
            weight_decay_type, peak_lr, max_preconditioner_dim, target_parameter_dimensionality,
            precondition_frequency, start_preconditioning_step, use_bias_correction,
            inverse_exponent_override, kl, grafting, grafting_beta2, grafting_epsilon, maximize));

    /// <summary><see cref="Functional.SOAP"/> of the module's parameters.</summary>
    public static TorchOptimizer SOAP(this torch.nn.Module module,
        double lr = 3e-3, (double, double)? betas = null, double shampoo_beta = -1, double eps = 1e-8,
        double weight_decay = 0.01, int precondition_frequency = 10, int max_precond_dim = 10000,
        bool merge_dims = false, bool precondition_1d = false, bool normalize_grads = false,
        bool correct_bias = true, bool maximize = false) =>
        Made(module, groups => Torch.optim.SOAP(groups, lr, betas, shampoo_beta, eps, weight_decay,
            precondition_frequency, max_precond_dim, merge_dims, precondition_1d, normalize_grads,
            correct_bias, maximize));

    /// <summary><see cref="Functional.SophiaG"/> of the module's parameters.</summary>
    public static TorchOptimizer SophiaG(this torch.nn.Module module,
        double lr = 1e-4, (double, double)? betas = null, double rho = 0.04, double weight_decay = 0.1,
        double bs = 5120, double eps = 1e-15, int? hessian_every = null, bool maximize = false) =>
        Made(module, groups => Torch.optim.SophiaG(groups, lr, betas, rho, weight_decay, bs, eps,
            hessian_every, maximize));

    /// <summary><see cref="Functional.SparseAdam"/> of the module's parameters.</summary>
    public static TorchOptimizer SparseAdam(this torch.nn.Module module,
        double lr = 1e-3, (double, double)? betas = null, double eps = 1e-8, bool maximize = false) =>
        Made(module, groups => Torch.optim.SparseAdam(groups, lr, betas, eps, maximize));
}
