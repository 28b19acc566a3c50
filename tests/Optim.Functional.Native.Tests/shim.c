/* What MathNet.Numerics.Providers.OpenBLAS calls of a library named libMathNetNumericsOpenBLAS, over the distribution's OpenBLAS:
   vectors, products, norms, Cholesky, LU, and eigenvalues of symmetric matrices, of real numbers. Matrices stand column by column. */
#include <stdlib.h>
#include <string.h>

extern char *openblas_get_config(void);
extern char *openblas_get_corename(void);
extern int openblas_get_parallel(void);
extern void openblas_set_num_threads(int);

/* 0 and 1 tell a library that answers from one that does not; 8 to 11 ask for processors (9: x64, 11: ARM), 64 for its revision, 128 for
   its version of linear algebra. */
int query_capability(int what)
{
    switch (what) {
    case 1: return -1;
#ifdef __x86_64__
    case 9: return 1;
#else
    case 11: return 1;
#endif
    case 64: return 1;
    case 128: return 1;
    default: return 0;
    }
}

const char *get_build_config(void) { return openblas_get_config(); }
const char *get_cpu_core(void) { return openblas_get_corename(); }
int get_parallel_type(void) { return openblas_get_parallel(); }
void set_max_threads(int n) { openblas_set_num_threads(n); }

enum { plain = 111, column_major = 102 };

#define REAL(t, R)                                                                                                   \
    extern R cblas_##t##dot(int, const R *, int, const R *, int);                                                    \
    extern void cblas_##t##axpy(int, R, const R *, int, R *, int);                                                   \
    extern void cblas_##t##scal(int, R, R *, int);                                                                   \
    extern void cblas_##t##gemm(int, int, int, int, int, int, R, const R *, int, const R *, int, R, R *, int);       \
    extern R t##lange_(const char *, int *, int *, const R *, int *, R *, size_t);                                   \
    extern void t##potrf_(const char *, int *, R *, int *, int *, size_t);                                           \
    extern void t##potrs_(const char *, int *, int *, const R *, int *, R *, int *, int *, size_t);                  \
    extern void t##getrf_(int *, int *, R *, int *, int *, int *);                                                   \
    extern void t##getrs_(const char *, int *, int *, const R *, int *, const int *, R *, int *, int *, size_t);     \
    extern void t##syev_(const char *, const char *, int *, R *, int *, R *, R *, int *, int *, size_t, size_t);     \
                                                                                                                     \
    R t##_dot_product(int n, const R *x, const R *y) { return cblas_##t##dot(n, x, 1, y, 1); }                       \
    void t##_axpy(int n, R a, const R *x, R *y) { cblas_##t##axpy(n, a, x, 1, y, 1); }                               \
    void t##_scale(int n, R a, R *x) { cblas_##t##scal(n, a, x, 1); }                                                \
                                                                                                                     \
    void t##_matrix_multiply(int of_x, int of_y, int m, int n, int k, R a, const R *x, const R *y, R b, R *c)        \
    {                                                                                                                \
        cblas_##t##gemm(column_major, of_x, of_y, m, n, k, a, x, of_x == plain ? m : k, y, of_y == plain ? k : n, b, c, m); \
    }                                                                                                                \
                                                                                                                     \
    R t##_matrix_norm(char which, int m, int n, const R *a)                                                          \
    {                                                                                                                \
        R *work = malloc(sizeof(R) * m), norm = t##lange_(&which, &m, &n, a, &m, work, 1);                           \
        free(work);                                                                                                  \
        return norm;                                                                                                 \
    }                                                                                                                \
                                                                                                                     \
    int t##_cholesky_factor(int n, R *a)                                                                             \
    {                                                                                                                \
        int info;                                                                                                    \
        t##potrf_("L", &n, a, &n, &info, 1);                                                                         \
        for (int j = 1; j < n; j++) memset(a + j * n, 0, sizeof(R) * j);                                             \
        return info;                                                                                                 \
    }                                                                                                                \
                                                                                                                     \
    int t##_cholesky_solve_factored(int n, int columns, const R *a, R *b)                                            \
    {                                                                                                                \
        int info;                                                                                                    \
        t##potrs_("L", &n, &columns, a, &n, b, &n, &info, 1);                                                        \
        return info;                                                                                                 \
    }                                                                                                                \
                                                                                                                     \
    int t##_lu_factor(int n, R *a, int *pivots)                                                                      \
    {                                                                                                                \
        int info;                                                                                                    \
        t##getrf_(&n, &n, a, &n, pivots, &info);                                                                     \
        for (int i = 0; i < n; i++) pivots[i]--;                                                                     \
        return info;                                                                                                 \
    }                                                                                                                \
                                                                                                                     \
    int t##_lu_solve_factored(int n, int columns, const R *a, const int *pivots, R *b)                               \
    {                                                                                                                \
        int info, *from_one = malloc(sizeof(int) * n);                                                               \
        for (int i = 0; i < n; i++) from_one[i] = pivots[i] + 1;                                                     \
        t##getrs_("N", &n, &columns, a, &n, from_one, b, &n, &info, 1);                                              \
        free(from_one);                                                                                              \
        return info;                                                                                                 \
    }                                                                                                                \
                                                                                                                     \
    /* Of symmetric matrices only. values are pairs of doubles. */                                                   \
    int t##_eigen(int is_symmetric, int n, const R *a, R *vectors, double *values, R *diagonal)                      \
    {                                                                                                                \
        int info, size = 8 * n;                                                                                      \
        if (!is_symmetric) return 1;                                                                                 \
        R *found = malloc(sizeof(R) * n), *work = malloc(sizeof(R) * size);                                          \
        memcpy(vectors, a, sizeof(R) * n * n);                                                                       \
        t##syev_("V", "L", &n, vectors, &n, found, work, &size, &info, 1, 1);                                        \
        for (int i = 0; i < n; i++) {                                                                                \
            values[2 * i] = diagonal[i * (n + 1)] = found[i];                                                        \
            values[2 * i + 1] = 0;                                                                                   \
        }                                                                                                            \
        free(work);                                                                                                  \
        free(found);                                                                                                 \
        return info;                                                                                                 \
    }

REAL(s, float)
REAL(d, double)
