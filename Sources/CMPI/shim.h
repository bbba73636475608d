// The MPI calls in use, for Swift.
//
// Handles are pointers in Open MPI and integers in MPICH, and most constants are macros that Swift does not see.
// Each handle is therefore wrapped in a struct and each call in an inline function of the same shape, so that one
// Swift source serves both libraries. The module map names no library: pkg-config does.
#ifndef CMPI_SHIM_H
#define CMPI_SHIM_H

#define OMPI_SKIP_MPICXX 1
#define MPICH_SKIP_MPICXX 1
#include <mpi.h>

typedef struct { MPI_Comm raw; } CMPIComm;
typedef struct { MPI_Request raw; } CMPIRequest;
typedef struct { MPI_Message raw; } CMPIMessage;
typedef struct { MPI_Status raw; } CMPIStatus;
typedef struct { MPI_Datatype raw; } CMPIDatatype;
typedef struct { MPI_Op raw; } CMPIOp;

// Constants.

static inline int cmpi_success(void) { return MPI_SUCCESS; }
static inline int cmpi_any_source(void) { return MPI_ANY_SOURCE; }
static inline int cmpi_max_error_string(void) { return MPI_MAX_ERROR_STRING; }
static inline int cmpi_max_library_version_string(void) { return MPI_MAX_LIBRARY_VERSION_STRING; }
static inline int cmpi_thread_funneled(void) { return MPI_THREAD_FUNNELED; }

static inline CMPIComm cmpi_comm_world(void) { return (CMPIComm){MPI_COMM_WORLD}; }
static inline CMPIRequest cmpi_request_null(void) { return (CMPIRequest){MPI_REQUEST_NULL}; }
static inline CMPIMessage cmpi_message_null(void) { return (CMPIMessage){MPI_MESSAGE_NULL}; }

static inline CMPIDatatype cmpi_byte(void) { return (CMPIDatatype){MPI_BYTE}; }
static inline CMPIDatatype cmpi_int32(void) { return (CMPIDatatype){MPI_INT32_T}; }
static inline CMPIDatatype cmpi_int64(void) { return (CMPIDatatype){MPI_INT64_T}; }
static inline CMPIDatatype cmpi_uint64(void) { return (CMPIDatatype){MPI_UINT64_T}; }

static inline CMPIOp cmpi_sum(void) { return (CMPIOp){MPI_SUM}; }
static inline CMPIOp cmpi_min(void) { return (CMPIOp){MPI_MIN}; }
static inline CMPIOp cmpi_max(void) { return (CMPIOp){MPI_MAX}; }

// Environment. The first four may be called at any time.

static inline int cmpi_initialized(int *flag) { return MPI_Initialized(flag); }
static inline int cmpi_finalized(int *flag) { return MPI_Finalized(flag); }
static inline int cmpi_get_library_version(char *text, int *length) { return MPI_Get_library_version(text, length); }
static inline int cmpi_init_thread(int required, int *provided) { return MPI_Init_thread(0, 0, required, provided); }
static inline int cmpi_finalize(void) { return MPI_Finalize(); }
static inline int cmpi_abort(CMPIComm comm, int code) { return MPI_Abort(comm.raw, code); }
static inline int cmpi_error_class(int code, int *errorClass) { return MPI_Error_class(code, errorClass); }
static inline int cmpi_error_string(int code, char *text, int *length) { return MPI_Error_string(code, text, length); }

// Communicators.

static inline int cmpi_comm_errors_return(CMPIComm comm) {
    return MPI_Comm_set_errhandler(comm.raw, MPI_ERRORS_RETURN);
}
static inline int cmpi_comm_rank(CMPIComm comm, int *rank) { return MPI_Comm_rank(comm.raw, rank); }
static inline int cmpi_comm_size(CMPIComm comm, int *size) { return MPI_Comm_size(comm.raw, size); }
static inline int cmpi_comm_idup(CMPIComm comm, CMPIComm *copy, CMPIRequest *request) {
    return MPI_Comm_idup(comm.raw, &copy->raw, &request->raw);
}
static inline int cmpi_comm_free(CMPIComm *comm) { return MPI_Comm_free(&comm->raw); }

// Completion.

static inline int cmpi_test(CMPIRequest *request, int *flag) {
    return MPI_Test(&request->raw, flag, MPI_STATUS_IGNORE);
}

// Point to point.

static inline int cmpi_isend(
    const void *data, int count, CMPIDatatype type, int to, int tag, CMPIComm comm, CMPIRequest *request
) {
    return MPI_Isend(data, count, type.raw, to, tag, comm.raw, &request->raw);
}
static inline int cmpi_iprobe(int from, int tag, CMPIComm comm, int *flag, CMPIStatus *status) {
    return MPI_Iprobe(from, tag, comm.raw, flag, &status->raw);
}
static inline int cmpi_improbe(int from, int tag, CMPIComm comm, int *flag, CMPIMessage *message, CMPIStatus *status) {
    return MPI_Improbe(from, tag, comm.raw, flag, &message->raw, &status->raw);
}
static inline int cmpi_imrecv(void *data, int count, CMPIDatatype type, CMPIMessage *message, CMPIRequest *request) {
    return MPI_Imrecv(data, count, type.raw, &message->raw, &request->raw);
}
static inline int cmpi_get_count(const CMPIStatus *status, CMPIDatatype type, int *count) {
    return MPI_Get_count(&status->raw, type.raw, count);
}
static inline int cmpi_status_source(const CMPIStatus *status) { return status->raw.MPI_SOURCE; }

// Collectives.

static inline int cmpi_ibarrier(CMPIComm comm, CMPIRequest *request) { return MPI_Ibarrier(comm.raw, &request->raw); }
static inline int cmpi_ibcast(void *data, int count, CMPIDatatype type, int root, CMPIComm comm, CMPIRequest *request) {
    return MPI_Ibcast(data, count, type.raw, root, comm.raw, &request->raw);
}
static inline int cmpi_igatherv(
    const void *data, int count, void *result, const int *counts, const int *displacements, CMPIDatatype type,
    int root, CMPIComm comm, CMPIRequest *request
) {
    return MPI_Igatherv(
        data, count, type.raw, result, counts, displacements, type.raw, root, comm.raw, &request->raw);
}
static inline int cmpi_iallgather(
    const void *data, int count, void *result, CMPIDatatype type, CMPIComm comm, CMPIRequest *request
) {
    return MPI_Iallgather(data, count, type.raw, result, count, type.raw, comm.raw, &request->raw);
}
static inline int cmpi_iallgatherv(
    const void *data, int count, void *result, const int *counts, const int *displacements, CMPIDatatype type,
    CMPIComm comm, CMPIRequest *request
) {
    return MPI_Iallgatherv(data, count, type.raw, result, counts, displacements, type.raw, comm.raw, &request->raw);
}
static inline int cmpi_ialltoallv(
    const void *data, const int *counts, const int *displacements, void *result, const int *resultCounts,
    const int *resultDisplacements, CMPIDatatype type, CMPIComm comm, CMPIRequest *request
) {
    return MPI_Ialltoallv(
        data, counts, displacements, type.raw, result, resultCounts, resultDisplacements, type.raw, comm.raw,
        &request->raw);
}
static inline int cmpi_ireduce(
    const void *data, void *result, int count, CMPIDatatype type, CMPIOp op, int root, CMPIComm comm,
    CMPIRequest *request
) {
    return MPI_Ireduce(data, result, count, type.raw, op.raw, root, comm.raw, &request->raw);
}
static inline int cmpi_iallreduce(
    const void *data, void *result, int count, CMPIDatatype type, CMPIOp op, CMPIComm comm, CMPIRequest *request
) {
    return MPI_Iallreduce(data, result, count, type.raw, op.raw, comm.raw, &request->raw);
}
static inline int cmpi_ireduce_scatter(
    const void *data, void *result, const int *counts, CMPIDatatype type, CMPIOp op, CMPIComm comm,
    CMPIRequest *request
) {
    return MPI_Ireduce_scatter(data, result, counts, type.raw, op.raw, comm.raw, &request->raw);
}

#endif
