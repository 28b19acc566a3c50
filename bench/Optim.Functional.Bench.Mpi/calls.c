/* The calls that the package makes, from C. One round, in seconds. */
#include <mpi.h>

double allreduce(float *data, float *to, int n)
{
    double start = MPI_Wtime();
    MPI_Allreduce(MPI_IN_PLACE, data, n, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD);
    return MPI_Wtime() - start;
}

double reduce_scatter(float *data, float *to, int n)
{
    int size;
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    double start = MPI_Wtime();
    MPI_Reduce_scatter_block(data, to, n / size, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD);
    return MPI_Wtime() - start;
}

double iallreduce(float *data, float *to, int n)
{
    MPI_Request request;
    double start = MPI_Wtime();
    MPI_Iallreduce(MPI_IN_PLACE, data, n, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD, &request);
    MPI_Wait(&request, MPI_STATUS_IGNORE);
    return MPI_Wtime() - start;
}

double ireduce_scatter(float *data, float *to, int n)
{
    int size;
    MPI_Request request;
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    double start = MPI_Wtime();
    MPI_Ireduce_scatter_block(data, to, n / size, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD, &request);
    MPI_Wait(&request, MPI_STATUS_IGNORE);
    return MPI_Wtime() - start;
}

double iallgather(float *data, float *to, int n)
{
    int size;
    MPI_Request request;
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    double start = MPI_Wtime();
    MPI_Iallgather(MPI_IN_PLACE, 0, MPI_FLOAT, data, n / size, MPI_FLOAT, MPI_COMM_WORLD, &request);
    MPI_Wait(&request, MPI_STATUS_IGNORE);
    return MPI_Wtime() - start;
}
