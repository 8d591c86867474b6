// What Node cannot ask of the allocator: to give back to the system what is free in it. glibc keeps it for the next one who
// asks, in a heap for each of some threads (malloc_trim(3)); other allocators give it back by themselves.
#include <node_api.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace {

struct Trim {
  napi_async_work work;
  napi_deferred deferred;
};

// On a thread of libuv: with a gigabyte it takes some ms, and holds up who allocates from the heap that it walks.
void Execute(napi_env, void*) {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

void Complete(napi_env env, napi_status, void* data) {
  Trim* trim = static_cast<Trim*>(data);
  napi_value nothing;
  napi_get_undefined(env, &nothing);
  napi_resolve_deferred(env, trim->deferred, nothing);
  napi_delete_async_work(env, trim->work);
  delete trim;
}

// trim(): a promise that resolves when what was free has been given back.
napi_value StartTrim(napi_env env, napi_callback_info) {
  Trim* trim = new Trim;
  napi_value promise, name;
  if (napi_create_promise(env, &trim->deferred, &promise) != napi_ok ||
      napi_create_string_utf8(env, "trim", NAPI_AUTO_LENGTH, &name) != napi_ok ||
      napi_create_async_work(env, nullptr, name, Execute, Complete, trim, &trim->work) != napi_ok ||
      napi_queue_async_work(env, trim->work) != napi_ok) {
    delete trim;
    return nullptr;
  }
  return promise;
}

}  // namespace

NAPI_MODULE_INIT() {
  napi_value function;
  if (napi_create_function(env, "trim", NAPI_AUTO_LENGTH, StartTrim, nullptr, &function) == napi_ok)
    napi_set_named_property(env, exports, "trim", function);
  return exports;
}
